/** The database cannot be used as it is; the message tells the operator what to change. Nothing was written. */
export class DatabaseRefused extends Error {
  override readonly name = 'DatabaseRefused';
}
