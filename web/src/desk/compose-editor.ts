/** The editor itself, loaded when somebody writes: TipTap with what a letter needs and no more. */
import { Editor, mergeAttributes, Node } from "@tiptap/core";
import { Placeholder } from "@tiptap/extensions";
import StarterKit from "@tiptap/starter-kit";
import { cleanPasted } from "./compose-paste";
import { toKept, toShown } from "./compose";

/** A picture that was sent in, by its upload. No other picture can stand in a letter: none is fetched from anywhere. */
const Picture = Node.create({
  name: "picture",
  group: "inline",
  inline: true,
  draggable: true,
  addAttributes: () => ({ src: { default: "" }, alt: { default: "" } }),
  parseHTML: () => [{ tag: 'img[src^="/api/v1/uploads/"]' }],
  renderHTML: ({ HTMLAttributes }) => ["img", mergeAttributes(HTMLAttributes)],
});

export interface EditorOptions {
  element: HTMLElement;
  html: string;
  label: string;
  hint: string;
  /** Kept HTML and plain words, after each change. */
  changed: (html: string, text: string) => void;
  /** What is marked, or where the cursor stands, changed. */
  moved: () => void;
  /** A key that the letter is not about; true: it was taken. */
  pressed: (press: KeyboardEvent) => boolean;
  /** Files pasted or dropped; true: taken. */
  filed: (data: DataTransfer | null) => boolean;
}

const words = (editor: Editor): string =>
  editor.getText({
    blockSeparator: "\n\n",
    textSerializers: { hardBreak: () => "\n", picture: ({ node }) => String(node.attrs.alt ?? "") },
  });

export function makeEditor(options: EditorOptions): Editor {
  const editor: Editor = new Editor({
    element: options.element,
    // The pages forbid styles that scripts write into the document; ours are in styles.css.
    injectCSS: false,
    content: toShown(options.html),
    extensions: [
      StarterKit.configure({
        heading: false,
        horizontalRule: false,
        link: { openOnClick: false, autolink: true, defaultProtocol: "https", protocols: ["mailto", "tel"] },
      }),
      Placeholder.configure({ placeholder: options.hint }),
      Picture,
    ],
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": options.label, "data-testid": "rich-box" },
      transformPastedHTML: cleanPasted,
      handleKeyDown: (_view, press) => options.pressed(press),
      handlePaste: (_view, paste) => options.filed(paste.clipboardData),
      handleDrop: (_view, drop, _slice, moved) => !moved && options.filed(drop.dataTransfer),
    },
    onUpdate: () => options.changed(toKept(editor.getHTML()), words(editor)),
    onTransaction: () => options.moved(),
  });
  return editor;
}

export type { Editor };
