import { MediaQuery } from "svelte/reactivity";

/** Is there room for a side bar? The same width as the `lg:` classes. */
export const wide = new MediaQuery("(min-width: 64rem)");
