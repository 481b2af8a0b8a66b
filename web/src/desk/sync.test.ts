import { describe, expect, test } from "vitest";
import { hearFrame, hearList, lastHeard, nothingHeard, type Frame, type Sync } from "./sync";

const hear = (frames: readonly Frame[], from: Sync = nothingHeard) => frames.reduce(hearFrame, from);
const anew = (position: number, run = "a"): Frame => ({ position, run, snapshot: true });
const row = (position: number) => ({ position, row: {} }) as Frame;

describe("where the desk stands with the feed", () => {
  test("at first there is nothing to go on from", () => expect(lastHeard(nothingHeard)).toBe(null));
  test("a snapshot is wanted until a list was read at it or behind it", () => {
    const told = hear([anew(10)]);
    expect(lastHeard(told)).toBe(null);
    expect(lastHeard(hearList(told, 9)), "it was read before").toBe(null);
    expect(lastHeard(hearList(told, 10))).toEqual({ run: "a", after: 10 });
  });
  test("the list that came before the first word is enough, if it is as new", () => {
    expect(lastHeard(hear([anew(10)], hearList(nothingHeard, 10)))).toEqual({ run: "a", after: 10 });
    expect(lastHeard(hear([anew(10)], hearList(nothingHeard, 9)))).toBe(null);
  });
  test("but not later: names may have changed without a change of the list", () => {
    const going = hearList(hear([anew(10)]), 30);
    expect(lastHeard(hear([anew(12)], going))).toBe(null);
  });
  test("a change moves on from where it goes on, also while a list is on its way", () => {
    expect(lastHeard(hear([anew(10), row(11), row(12)]))).toBe(null);
    expect(lastHeard(hear([row(11), row(12)], hearList(hear([anew(10)]), 10)))).toEqual({ run: "a", after: 12 });
  });
  test("what the list knows already is still to be told: only the feed says what it told", () => {
    const going = hearList(hear([anew(10)]), 40);
    expect(lastHeard(going)).toEqual({ run: "a", after: 10 });
  });
  test("who came back and missed nothing goes on", () => {
    const going = hearList(hear([anew(10)]), 10);
    expect(lastHeard(hear([row(11), { position: 15, run: "a" }], going))).toEqual({ run: "a", after: 15 });
  });
  test("another run begins anew, even at a lower position", () => {
    const going = hearList(hear([anew(10)]), 10);
    const told = hear([anew(4, "b")], going);
    expect(lastHeard(told)).toBe(null);
    expect(lastHeard(hearList(told, 4))).toEqual({ run: "b", after: 4 });
  });
});
