/** Something that the check was asked about cannot be read: a sentence that names it. Ends in exit status 2. */
export class Unreadable extends Error {}
