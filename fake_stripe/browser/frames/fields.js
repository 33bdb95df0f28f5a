/* Form fields with their label, format, check and message. */

/** One labelled input or select. Its message stands in #Field-<name>Error, tied to it by aria-describedby. */
export class Field {
  #touched = false;

  /**
   * @param {string} name the name of the control
   * @param {object} rules
   * @param {(text: string) => string | null} rules.check the code of the mistake, or null
   * @param {(text: string) => string} [rules.format]
   * @param {(code: string) => string} rules.message
   */
  constructor(name, { check, format, message }) {
    this.name = name;
    this.control = document.querySelector(`[name="${name}"]`);
    this.row = this.control.closest(".Field");
    this.note = document.getElementById(`Field-${name}Error`);
    this.rules = { check, format, message };
    this.control.addEventListener("input", () => this.#typed());
    this.control.addEventListener("blur", () => this.#left());
  }

  get value() {
    return this.control.value.trim();
  }

  set value(text) {
    this.control.value = this.rules.format && text ? this.rules.format(text) : text;
  }

  /** Whether the payer has typed here. */
  get touched() {
    return this.#touched;
  }

  get shown() {
    return !this.row.hidden;
  }

  set shown(isShown) {
    this.row.hidden = !isShown;
  }

  /** The code of the mistake; a field that is not shown has none. */
  get mistake() {
    return this.shown ? this.rules.check(this.value) : null;
  }

  get invalid() {
    return this.control.getAttribute("aria-invalid") === "true";
  }

  /** Show or take away the message. */
  report(code) {
    this.note.textContent = code ? this.rules.message(code) : "";
    this.control.classList.toggle("Input--invalid", Boolean(code));
    if (code) this.control.setAttribute("aria-invalid", "true");
    else this.control.removeAttribute("aria-invalid");
  }

  /** Put the formatted text back where it is wanted, with the caret after the same digit. */
  reformat() {
    const { control, rules } = this;
    if (!rules.format) return;
    const formatted = rules.format(control.value);
    if (formatted === control.value) return;
    const atEnd = control.selectionStart === control.value.length;
    const digitsBefore = control.value.slice(0, control.selectionStart ?? 0).replace(/\D/g, "").length;
    control.value = formatted;
    if (atEnd || document.activeElement !== control) return;
    let caret = 0;
    for (let digits = 0; digits < digitsBefore && caret < formatted.length; caret++) {
      if (/\d/.test(formatted[caret])) digits++;
    }
    control.setSelectionRange(caret, caret);
  }

  clear() {
    this.#touched = false;
    if (this.control instanceof HTMLInputElement) this.control.value = "";
    this.report(null);
  }

  #typed() {
    this.#touched = true;
    this.reformat();
    if (this.invalid) this.report(this.mistake);
  }

  /** A field left empty is not wrong yet: only submitting says so. */
  #left() {
    if (this.#touched && this.value) this.report(this.mistake);
  }
}

/** Check all the fields, show every message; returns the first mistake's code or null. */
export function reportAll(fields) {
  const codes = fields.map((field) => field.mistake);
  fields.forEach((field, place) => field.report(codes[place]));
  return codes.find(Boolean) ?? null;
}

/** Move the focus to the first field that shows a message. */
export function focusMistake(fields) {
  fields.find((field) => field.invalid)?.control.focus();
}
