export interface ValidatedArm {
  readonly name: string;
  /** Each run metric's value on the validation rows; never on the test rows. */
  readonly value: number;
  /** Breaks ties: the cheaper arm wins. */
  readonly usdPerThousand?: number | null;
}

/**
 * The arm with the best value on validation rows; ties go to the cheaper, then to the one listed first. Null where no arm has a number.
 * Choosing here, and not on the test rows, is what lets the gate test one candidate only, however many there were.
 */
export function chooseOnValidation<Arm extends ValidatedArm>(arms: readonly Arm[]): Arm | null {
  const judged = arms.filter((arm) => Number.isFinite(arm.value));
  return judged.toSorted((a, b) => b.value - a.value || (a.usdPerThousand ?? 0) - (b.usdPerThousand ?? 0))[0] ?? null;
}
