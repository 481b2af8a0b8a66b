/** Light or dark: the system's wish until the reader chooses. */
import { recall, remember } from "./remember";

export type Theme = "light" | "dark";
const key = "suki.theme";
const system = () => matchMedia("(prefers-color-scheme: dark)");

class ThemeChoice {
  now = $state<Theme>("light");

  start(): void {
    const kept = recall(key);
    this.show(kept === "light" || kept === "dark" ? kept : system().matches ? "dark" : "light");
    system().addEventListener("change", (change) => {
      if (recall(key) === null) this.show(change.matches ? "dark" : "light");
    });
  }

  toggle(): void {
    this.show(this.now === "dark" ? "light" : "dark");
    remember(key, this.now);
  }

  private show(theme: Theme): void {
    this.now = theme;
    document.documentElement.dataset.theme = theme;
  }
}
export const theme = new ThemeChoice();
