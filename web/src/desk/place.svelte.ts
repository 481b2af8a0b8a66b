/** The place shown now; moving writes the browser's history. */
import { readPlace, writePlace, type Place } from "./place";

class Here {
  place = $state.raw<Place>(readPlace(location.pathname));

  start(): () => void {
    const moved = () => (this.place = readPlace(location.pathname));
    addEventListener("popstate", moved);
    return () => removeEventListener("popstate", moved);
  }

  go(place: Place): void {
    const address = writePlace(place);
    if (address !== location.pathname) history.pushState(null, "", address);
    this.place = place;
  }
}
export const here = new Here();
