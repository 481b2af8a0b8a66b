import "$/styles.css";
import { mount } from "svelte";
import { theme } from "$/parts/theme.svelte";
import Portal from "./Portal.svelte";

theme.start();
const target = document.getElementById("app");
if (target) mount(Portal, { target });
