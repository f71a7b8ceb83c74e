const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The instant that a person means: a day (from its start in UTC), an instant, or so many hours, days, weeks before `now` (milliseconds). */
export const sinceOf = (text: string, now: number): string | undefined => {
  const [, count, unit = ''] = /^(\d{1,4})([hdw])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now - Number(count) * (UNITS[unit] ?? 0)).toISOString();
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  const [day, date] = [new Date(text.slice(0, 10)), new Date(text)];
  // A day that the calendar lacks becomes another one, and is not what was meant.
  if ([day, date].some((each) => Number.isNaN(each.getTime())) || !text.startsWith(day.toISOString().slice(0, 10)))
    return undefined;
  return date.toISOString();
};
