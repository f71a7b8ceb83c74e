import { workOf } from '#core/forecast/member.ts';
import type { AddedPackage, Plan, StyleProfile, StyleTrait } from '#core/types.ts';

/** One thing that a member does; `differs` from what most others do, or, of two, from the other. */
export type Compared = { readonly language: string; readonly value: string; readonly differs: boolean };

export type ComparedPackage = AddedPackage & {
  /** The repository lists packages, and this is none of them. */
  readonly refused: boolean;
  /** Another member adds it in another version. */
  readonly differs: boolean;
};

/** A member beside the others. */
export type StyleRow = {
  readonly item: number;
  readonly traits: Readonly<Record<StyleTrait, readonly Compared[]>>;
  readonly packages: readonly ComparedPackage[];
  readonly long: StyleProfile['long'];
};

/** All members whose work was read, side by side; fewer than two are nothing to compare. */
export const styleRows = (plan: Plan): readonly StyleRow[] => {
  const members = plan.items.flatMap((item) => {
    const profile = plan.styles?.[item.issue];
    return profile === undefined || workOf(item) === undefined ? [] : [{ item: item.issue, profile }];
  });
  if (members.length < 2) return [];
  const profiles = members.map(({ profile }) => profile);
  return members.map(({ item, profile }) => ({
    item,
    traits: {
      identifiers: trait(profile, profiles, 'identifiers'),
      files: trait(profile, profiles, 'files'),
      errors: trait(profile, profiles, 'errors'),
      tests: trait(profile, profiles, 'tests'),
    },
    packages: profile.packages.map((one) => ({
      ...one,
      refused: plan.settings.allowedPackages !== undefined && !plan.settings.allowedPackages.includes(one.name),
      differs: profiles.some(({ packages }) =>
        packages.some(({ name, version }) => name === one.name && version !== one.version),
      ),
    })),
    long: profile.long,
  }));
};

const trait = (own: StyleProfile, all: readonly StyleProfile[], name: StyleTrait): readonly Compared[] =>
  own.habits
    .filter((habit) => habit.trait === name)
    .map(({ language, value }) => ({ language, value, differs: !isUsual(all, name, language, value) }));

/** Does nobody do it otherwise, or do more members do it so than in any other way? */
const isUsual = (all: readonly StyleProfile[], name: StyleTrait, language: string, value: string): boolean => {
  const values = all.flatMap(({ habits }) =>
    habits.filter((habit) => habit.trait === name && habit.language === language).map((habit) => habit.value),
  );
  const counts = [...Map.groupBy(values, (one) => one)].map(([one, same]) => ({ one, many: same.length }));
  const own = counts.find(({ one }) => one === value)?.many ?? 0;
  return counts.every(({ one, many }) => one === value || many < own);
};
