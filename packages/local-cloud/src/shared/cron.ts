const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const DAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const LAST_YEAR = 2199;

/** Whether the expression includes a day (UTC midnight). */
type DayTest = (day: Date) => boolean;

/**
 * The six fields of AWS: minutes, hours, day of month, month, day of week, year, with `* ? , - /`, names, and
 * `L`, `W`, `#` in the day fields. Undefined for an expression that is not valid.
 */
export function compileCron(
  expression: string,
): ((instant: number) => number | undefined) | undefined {
  const fields = expression.trim().split(/\s+/);
  const [
    minuteField = '',
    hourField = '',
    dateField = '',
    monthField = '',
    dayField = '',
    yearField = '',
  ] = fields;
  const minutes = numbers(minuteField, 0, 59);
  const hours = numbers(hourField, 0, 23);
  const months = numbers(named(monthField, MONTHS, 1), 1, 12);
  const years = numbers(yearField, 1970, LAST_YEAR);
  // One of the two names the days, the other one is ?.
  const oneIsOpen = (dateField === '?') !== (dayField === '?');
  const days = dayField === '?' ? daysOfMonth(dateField) : daysOfWeek(named(dayField, DAYS, 1));
  if (fields.length !== 6 || !minutes || !hours || !months || !years || !days || !oneIsOpen)
    return undefined;
  return (instant) => {
    const from = Math.floor(instant / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
    const lastYear = Math.min(LAST_YEAR, new Date(from).getUTCFullYear() + 100);
    for (let day = Math.floor(from / DAY_MS) * DAY_MS; ; day += DAY_MS) {
      const date = new Date(day);
      if (date.getUTCFullYear() > lastYear) return undefined;
      if (!years.has(date.getUTCFullYear()) || !months.has(date.getUTCMonth() + 1)) continue;
      if (!days(date)) continue;
      const found = firstTime(day, from, hours, minutes);
      if (found !== undefined) return found;
    }
  };
}

function firstTime(
  day: number,
  from: number,
  hours: ReadonlySet<number>,
  minutes: ReadonlySet<number>,
): number | undefined {
  for (const hour of [...hours].sort((a, b) => a - b))
    for (const minute of [...minutes].sort((a, b) => a - b)) {
      const instant = day + (hour * 60 + minute) * MINUTE_MS;
      if (instant >= from) return instant;
    }
  return undefined;
}

/** `*`, `5`, `1-5`, `1,2`, `0/15`, `10-30/5`. */
function numbers(field: string, lowest: number, highest: number): Set<number> | undefined {
  const all = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return undefined;
    const [, star, first, last, step] = match;
    const low = star === undefined ? Number(first) : lowest;
    const single = last === undefined && step === undefined && star === undefined;
    const high = single ? low : last === undefined ? highest : Number(last);
    const stride = Number(step ?? 1);
    if (low < lowest || high > highest || low > high || stride < 1) return undefined;
    for (let value = low; value <= high; value += stride) all.add(value);
  }
  return all;
}

function named(field: string, names: readonly string[], first: number): string {
  return field.replaceAll(/[A-Za-z]{3}/g, (name) => {
    const index = names.indexOf(name.toUpperCase());
    return index < 0 ? name : String(index + first);
  });
}

function daysOfMonth(field: string): DayTest | undefined {
  if (field === 'L') return (day) => day.getUTCDate() === lastDate(day);
  const near = /^(\d+)W$/.exec(field)?.[1];
  if (near !== undefined && Number(near) >= 1 && Number(near) <= 31)
    return (day) => day.getUTCDate() === nearestWeekday(day, Number(near));
  const dates = numbers(field, 1, 31);
  return dates && ((day) => dates.has(day.getUTCDate()));
}

/** 1 is Sunday. `5L` is the month's last Thursday, `3#2` its second Tuesday. */
function daysOfWeek(field: string): DayTest | undefined {
  const weekday = (day: Date) => day.getUTCDay() + 1;
  if (field === 'L') return (day) => weekday(day) === 7;
  const last = /^([1-7])L$/.exec(field)?.[1];
  if (last !== undefined)
    return (day) => weekday(day) === Number(last) && day.getUTCDate() > lastDate(day) - 7;
  const nth = /^([1-7])#([1-5])$/.exec(field);
  if (nth !== null)
    return (day) =>
      weekday(day) === Number(nth[1]) && Math.ceil(day.getUTCDate() / 7) === Number(nth[2]);
  const days = numbers(field, 1, 7);
  return days && ((day) => days.has(weekday(day)));
}

function lastDate(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The weekday nearest to a date, within its month. */
function nearestWeekday(day: Date, date: number): number {
  const wanted = Math.min(date, lastDate(day));
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), wanted)).getUTCDay();
  if (weekday === 6) return wanted === 1 ? 3 : wanted - 1;
  if (weekday === 0) return wanted === lastDate(day) ? wanted - 2 : wanted + 1;
  return wanted;
}
