import { expect, test } from "vitest";

import { People } from "../../src/kafka/people.js";

function peopleForTest() {
  const splits: (readonly [number, number])[] = [];
  return { people: new People((partitions) => splits.push(partitions)), splits };
}

test("people who keep to their partition are nothing to speak of", () => {
  const { people, splits } = peopleForTest();

  for (const partition of [0, 1, 0, 1]) people.seen(`person${partition}@example.com`, partition);

  expect(splits).toEqual([]);
});

test("the first person who comes from two partitions is told of, and nobody after", () => {
  const { people, splits } = peopleForTest();

  for (const person of ["tim@example.com", "ann@example.com"]) {
    people.seen(person, 3);
    people.seen(person, 5);
  }

  expect(splits).toEqual([[3, 5]]);
});

test("no more than 20,000 people are remembered: who came first is forgotten first", () => {
  const { people, splits } = peopleForTest();
  people.seen("first@example.com", 1);
  people.seen("second@example.com", 1);
  for (let number = 0; number < 19_999; number++) people.seen(`person${number}@example.com`, 1);

  people.seen("first@example.com", 2);
  expect(splits).toEqual([]);

  people.seen("person0@example.com", 2);
  expect(splits).toEqual([[1, 2]]);
});
