import "$/styles.css";
import { mount } from "svelte";
import { useRegions } from "$/words/time";
import { theme } from "$/parts/theme.svelte";
import { languages, pickLanguage, words } from "$/words/words.svelte";
import Desk from "./Desk.svelte";

theme.start();
useRegions(navigator.languages);
// Until a session says which.
words.set(pickLanguage(navigator.languages, languages) ?? "en");
const target = document.getElementById("app");
if (target) mount(Desk, { target });
