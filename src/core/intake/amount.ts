/** A positive number in front of, or behind, its unit: `$5`, `5 USD`, `30 minutes`. */
export const amount = (text: string | undefined): number | undefined => {
  const digits = /^(?:US)?\$?\s*(\d{1,9}(?:\.\d{1,6})?)\s*(?:\$|USD|US dollars|dollars|m|min|mins|minutes?)?$/i.exec(
    text ?? '',
  )?.[1];
  return digits === undefined || Number(digits) === 0 ? undefined : Number(digits);
};
