/** Files on their way to a message: chosen, pasted or dropped; each is sent in at once, and the message then names it. */
import { Failure, sendFile, type Sending } from "$/api/client";
import type { Upload } from "$/api/types";
import { t, words } from "$/words/words.svelte";

// As the server has them (src/app/files.h); it decides in the end.
export const fileBytesMax = 15 * 1024 * 1024;
export const messageBytesMax = 18 * 1024 * 1024;
export const messageFilesMax = 10;

/** "3.4 MB", in the reader's language. */
export function saySize(bytes: number): string {
  const unit = bytes < 1024 ? "byte" : bytes < 1024 * 1024 ? "kilobyte" : "megabyte";
  const value = unit === "byte" ? bytes : unit === "kilobyte" ? bytes / 1024 : bytes / 1024 / 1024;
  return new Intl.NumberFormat(words.language, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(value);
}

export interface OnItsWay {
  number: number;
  name: string;
  file: File;
  /** 0 to 1. */
  part: number;
  sending: Sending;
}

export class Files {
  onTheirWay = $state<OnItsWay[]>([]);
  /** What could not be taken, and why; the newest last. */
  problems = $state.raw<readonly string[]>([]);
  private number = 0;

  constructor(
    private readonly who: "desk" | "portal",
    private readonly uploads: () => readonly Upload[],
    private readonly taken: (uploads: readonly Upload[]) => void,
  ) {}

  get busy(): boolean {
    return this.onTheirWay.length > 0;
  }

  /** `arrived` hears of each that is there, before it stands in the list. */
  add(files: Iterable<File>, arrived?: (upload: Upload) => void): void {
    this.problems = [];
    let count = this.uploads().length + this.onTheirWay.length;
    let bytes = this.uploads().reduce((sum, one) => sum + one.size, 0);
    for (const file of files) {
      const name = file.name;
      if (file.size === 0) this.complain(t("files.empty", { name }));
      else if (file.size > fileBytesMax) this.complain(t("files.too_large", { name, limit: saySize(fileBytesMax) }));
      else if (count >= messageFilesMax) this.complain(t("files.too_many", { name, limit: messageFilesMax }));
      else if (bytes + file.size > messageBytesMax)
        this.complain(t("files.too_large_together", { name, limit: saySize(messageBytesMax) }));
      else {
        ++count;
        bytes += file.size;
        void this.send(file, arrived);
      }
    }
  }

  remove(id: string): void {
    this.taken(this.uploads().filter((one) => one.id !== id));
  }

  /** Nothing that is on its way arrives any more. What it was, for add(). */
  stop(): File[] {
    const files = this.onTheirWay.map((one) => one.file);
    for (const one of this.onTheirWay) one.sending.cancel();
    return files;
  }

  private async send(file: File, arrived?: (upload: Upload) => void): Promise<void> {
    const number = ++this.number;
    const sending = sendFile(this.who, file, (part) => {
      const mine = this.onTheirWay.find((one) => one.number === number);
      if (mine) mine.part = part;
    });
    this.onTheirWay.push({ number, name: file.name, file, part: 0, sending });
    try {
      const upload = await sending.done;
      arrived?.(upload);
      this.taken([...this.uploads(), upload]);
    } catch (error) {
      const failure = error instanceof Failure ? error : new Failure(0, "unknown", String(error), "");
      if (failure.code !== "cancelled") this.complain(this.say(file.name, failure));
    } finally {
      this.onTheirWay = this.onTheirWay.filter((one) => one.number !== number);
    }
  }

  private say(name: string, failure: Failure): string {
    if (failure.code === "unreachable") return t("files.unreachable", { name });
    if (failure.status === 413) return t("files.too_large", { name, limit: saySize(fileBytesMax) });
    if (failure.status === 429 || failure.status === 503) return t("files.busy", { name });
    return t("files.refused", { name });
  }
  private complain(text: string): void {
    this.problems = [...this.problems, text];
  }
}

/** The files of a paste or a drop. */
export const filesOf = (data: DataTransfer | null): File[] => Array.from(data?.files ?? []);
