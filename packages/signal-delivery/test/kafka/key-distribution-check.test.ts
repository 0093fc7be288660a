import { expect, test } from "vitest";

import { KeyDistributionCheck } from "../../src/kafka/key-distribution-check.js";

function checkForTest() {
  const splits: (readonly [number, number])[] = [];
  return { check: new KeyDistributionCheck((partitions) => splits.push(partitions)), splits };
}

test("people who keep to their partition are nothing to speak of", () => {
  const { check, splits } = checkForTest();

  for (const partition of [0, 1, 0, 1]) check.seen(`person${partition}@example.com`, partition);

  expect(splits).toEqual([]);
});

test("the first person who comes from two partitions is told of, and nobody after", () => {
  const { check, splits } = checkForTest();

  for (const person of ["tim@example.com", "ann@example.com"]) {
    check.seen(person, 3);
    check.seen(person, 5);
  }

  expect(splits).toEqual([[3, 5]]);
});

test("no more than 20,000 people are remembered: who came first is forgotten first", () => {
  const { check, splits } = checkForTest();
  check.seen("first@example.com", 1);
  check.seen("second@example.com", 1);
  for (let number = 0; number < 19_999; number++) check.seen(`person${number}@example.com`, 1);

  check.seen("first@example.com", 2);
  expect(splits).toEqual([]);

  check.seen("person0@example.com", 2);
  expect(splits).toEqual([[1, 2]]);
});
