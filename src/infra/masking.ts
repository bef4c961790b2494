/** `+493012345678` → `+4930…78`: enough to recognise a call in a log, not enough to ring the person. */
export function maskPhone(phone: string | null | undefined): string | null {
  if (!phone) return null;
  return phone.length <= 6 ? '…' : `${phone.slice(0, 5)}…${phone.slice(-2)}`;
}

/** `Anna Müller` → `A… M…`. */
export function maskName(name: string | null | undefined): string | null {
  if (!name) return null;
  return name
    .trim()
    .split(/\s+/)
    .slice(0, 4)
    .map((part) => `${[...part][0] ?? ''}…`)
    .join(' ');
}

/** `anna@example.org` → `a…@example.org`. */
export function maskEmail(email: string | null | undefined): string | null {
  if (!email) return null;
  const at = email.lastIndexOf('@');
  return at < 1 ? '…' : `${[...email][0] ?? ''}…${email.slice(at)}`;
}

const PHONE_IN_TEXT = /\+?\d[\d\s/().-]{6,}\d/g;
const EMAIL_IN_TEXT = /[^\s@<>"']+@[^\s@<>"']+\.[a-z]{2,}/gi;
const PERSONAL_KEYS = /name|phone|telefon|e_?mail|kunde|caller|from_number|notes|transcript/i;
const SAFE_NAMES = new Set(['service_name', 'tool_name', 'function_name', 'business_name', 'name_of_service']);

/** Free text with numbers and addresses taken out. */
export function maskText(text: string): string {
  const withoutAddresses = text.includes('@') ? text.replace(EMAIL_IN_TEXT, (hit) => maskEmail(hit) ?? '…') : text;
  return withoutAddresses.replace(PHONE_IN_TEXT, (hit) => maskPhone(hit.replace(/[^\d+]/g, '')) ?? '…');
}

/** A copy of JSON-like data fit for traces: values under personal keys are masked, free text is cleaned. */
export function maskPersonal(value: unknown, key = '', depth = 0): unknown {
  if (value === null || value === undefined || depth > 6) return null;
  if (typeof value === 'string') {
    if (PERSONAL_KEYS.test(key) && !SAFE_NAMES.has(key)) {
      if (/phone|telefon|number/i.test(key)) return maskPhone(value);
      if (/mail/i.test(key)) return maskEmail(value);
      if (/notes|transcript/i.test(key)) return value.length ? '…' : '';
      return maskName(value);
    }
    return maskText(value.length > 500 ? `${value.slice(0, 500)}…` : value);
  }
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => maskPersonal(item, key, depth + 1));
  if (typeof value === 'object') {
    const copy: Record<string, unknown> = {};
    for (const [name, item] of Object.entries(value)) copy[name] = maskPersonal(item, name, depth + 1);
    return copy;
  }
  return value;
}
