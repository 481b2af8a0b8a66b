import "$/styles.css";
import { mount } from "svelte";
import { useRegions } from "$/words/time";
import { theme } from "$/parts/theme.svelte";
import Portal from "./Portal.svelte";

theme.start();
useRegions(navigator.languages);
const target = document.getElementById("app");
if (target) mount(Portal, { target });
