/** What a view is called, in the reader's language. */
import { t } from "$/words/words.svelte";
import { desk } from "./desk.svelte";
import { isFixed, type View } from "./views";

export function nameOfView(view: View): string {
  if (isFixed(view)) return t(`view.${view}`);
  const id = view.slice(view.indexOf(":") + 1);
  if (view.startsWith("team:")) return desk.options?.teams.find((team) => team.id === id)?.name ?? id;
  if (view.startsWith("topic:")) return desk.options?.topics.find((topic) => topic.id === id)?.name ?? id;
  return desk.model.saved.get(id)?.name ?? t("view.saved");
}
