import { describe, expect, test } from "vitest";

import { planValue } from "./support/plan-value.js";

type Country = "AT" | "AU" | "BR" | "CH" | "DE" | "FR" | "GB" | "IN" | "IT" | "JP" | "RU" | "US" | undefined;

const planPhone = (phone: unknown, defaultCountry?: Country) => planValue("mobile_phone", phone, { defaultCountry });

describe("a phone number is sent in E.164, however it is typed", () => {
  test.each<[string, unknown, Country, string]>([
    ["the documented example", "+15553031234", undefined, "+15553031234"],
    ["a plus in brackets", "(+44) 7700 900123", "GB", "+447700900123"],
    ["a plus in brackets, without a default country", "(+34) 612 345 678", undefined, "+34612345678"],
    ["three digits in brackets", "(+351) 912 345 678", "GB", "+351912345678"],
    ["a number of a test in brackets", "(+1) 555-303-1234", "GB", "+15553031234"],
    ["a trunk prefix behind the brackets", "(+886)-02-8785-0177", "GB", "+886287850177"],
    ["square brackets", "[+44] 7700 900123", undefined, "+447700900123"],
    ["a plus before the brackets", "+(44) 7700 900123", undefined, "+447700900123"],
    ["the area in the same brackets", "(+44 20) 7183 8750", undefined, "+442071838750"],
    ["brackets around all of it", "(+44 7700 900123)", undefined, "+447700900123"],
    ["00 in brackets", "(0044) 7700 900123", undefined, "+447700900123"],
    ["both brackets", "(+44) (0) 20 7183 8750", undefined, "+442071838750"],
    ["a space behind the plus", "+ 44 7700 900123", undefined, "+447700900123"],
    ["two pluses", "++44 7700 900123", undefined, "+447700900123"],
    ["a plus and 00", "+0044 7700 900123", undefined, "+447700900123"],
    ["00", "00447700900123", "GB", "+447700900123"],
    ["00 without a default country", "0044 7700 900123", undefined, "+447700900123"],
    ["00 where 011 is dialled", "0044 7700 900123", "US", "+447700900123"],
    ["0011, as Australia dials", "0011 44 7700 900123", "AU", "+447700900123"],
    ["a full-width plus", "\uff0b447700900123", undefined, "+447700900123"],
    [
      "full-width digits",
      "\uff0b\uff14\uff14 \uff17\uff17\uff10\uff10 \uff19\uff10\uff10\uff11\uff12\uff13",
      undefined,
      "+447700900123",
    ],
    [
      "full-width brackets and dashes",
      "\uff08\uff10\uff13\uff09\uff11\uff12\uff13\uff14\uff0d\uff15\uff16\uff17\uff18",
      "JP",
      "+81312345678",
    ],
    [
      "Arabic digits",
      "+\u0664\u0664 \u0667\u0667\u0660\u0660 \u0669\u0660\u0660\u0661\u0662\u0663",
      undefined,
      "+447700900123",
    ],
    [
      "Devanagari digits",
      "+\u0967 \u096b\u096b\u096b \u0969\u0966\u0969 \u0967\u0968\u0969\u096a",
      undefined,
      "+15553031234",
    ],
    ["tabs", "+1\t555\t303\t1234", undefined, "+15553031234"],
    ["no-break and thin spaces", "+1\u00a0555\u2009303\u202f1234", undefined, "+15553031234"],
    ["a direction mark within", "+44\u200e7700900123", undefined, "+447700900123"],
    ["embeddings around it", "\u202a+44 7700 900123\u202c", undefined, "+447700900123"],
    ["dashes of all kinds", "+1\u2011555\u2013303\u20121234", undefined, "+15553031234"],
    ["a minus sign", "+1 555\u2212303\u22121234", undefined, "+15553031234"],
    ["dots", "+1.555.303.1234", undefined, "+15553031234"],
    ["a tel: link", "tel:+44-7700-900123", undefined, "+447700900123"],
    ["a tel: link in capitals", "TEL:+447700900123", undefined, "+447700900123"],
    ["a tel:// link", "tel://+447700900123", undefined, "+447700900123"],
    ["a whatsapp: address", "whatsapp:+447700900123", undefined, "+447700900123"],
    ["a wa.me link", "https://wa.me/447700900123", undefined, "+447700900123"],
    ["an sms: link", "sms:+447700900123", undefined, "+447700900123"],
    ["a callto: link", "callto:+447700900123", undefined, "+447700900123"],
    ["a plus from a URL", "%2B447700900123", undefined, "+447700900123"],
    ["the apostrophe of a spreadsheet", "'+447700900123", undefined, "+447700900123"],
    ["a typographic apostrophe", "\u2019+447700900123", undefined, "+447700900123"],
    ["quotation marks", '"+44 7700 900123"', undefined, "+447700900123"],
    ["the formula of a spreadsheet", '="+447700900123"', undefined, "+447700900123"],
    ["a full stop at the end", "+44 7700 900123.", undefined, "+447700900123"],
    ["a word before it", "Tel.: +44 7700 900123", undefined, "+447700900123"],
    ["a letter before it", "M: 07700 900123", "GB", "+447700900123"],
    ["a kind before it", "Mobile +44 7700 900123", undefined, "+447700900123"],
    ["a kind behind it", "+1 555 303 1234 (mobile)", undefined, "+15553031234"],
    ["a kind in another language", "+49 176 12345678 (Handy)", undefined, "+4917612345678"],
    ["a kind without brackets", "+1 555 303 1234 cell", undefined, "+15553031234"],
    ["a prefix of Mexico that is gone", "+52 1 55 1234 5678", undefined, "+525512345678"],
    ["the same without blanks", "+5215512345678", undefined, "+525512345678"],
    ["the same as WhatsApp writes it", "whatsapp:+5215512345678", undefined, "+525512345678"],
    ["the prefix of Argentina", "+54 9 11 2345-6789", undefined, "+5491123456789"],
    ["a fraction that a program made of it", "5553031234.0", "US", "+15553031234"],
    ["a fraction of a number of any length", "1761234567.0", "DE", "+491761234567"],
    ["a number of JSON", 5553031234, "US", "+15553031234"],
    ["a bigint", 5553031234n, "US", "+15553031234"],
  ])("%s: %s", (_, phone, country, expected) => {
    expect(planPhone(phone, country)).toEqual({ sent: expected, warnings: [] });
  });
});

describe("where the digits can be read in two ways, a wrong number is never sent", () => {
  test.each<[string, unknown, Country, string]>([
    ["49(0)30 901820", "49(0)30 901820", "DE", "+4930901820"],
    ["49 (0) 176 1234567", "49 (0) 176 1234567", "DE", "+491761234567"],
    ["43(0)664 1234567", "43(0)664 1234567", "AT", "+436641234567"],
    ["43 (0) 664 1234567", "43 (0) 664 1234567", "AT", "+436641234567"],
    ["square brackets", "41 [0] 79 123 45 67", "CH", "+41791234567"],
    ["another country's code before (0)", "43(0)664 1234567", "DE", "+436641234567"],
    ["a code before (0) without a default country", "44 (0)20 7183 8750", undefined, "+442071838750"],
    ["a code in brackets before (0)", "(49)(0)30 901820", "DE", "+4930901820"],
    ["only one is in the numbering plan", "4930901820", "DE", "+4930901820"],
    ["only one has a possible length", "447700900123", "GB", "+447700900123"],
    ["only one has a possible length, in France", "33612345678", "FR", "+33612345678"],
    ["only one is in the numbering plan, in Italy", "393471234567", "IT", "+393471234567"],
    ["only one is in the numbering plan, in India", "919876543210", "IN", "+919876543210"],
    ["both are the same", "1 555 303 1234", "US", "+15553031234"],
    ["a zero says that it is national", "0491 7612345", "DE", "+494917612345"],
    ["a number without its zero, as spreadsheets leave it", "15112345678", "DE", "+4915112345678"],
    ["a mobile number of Porto Alegre, whose area is Peru's code", "51 98765-4321", "BR", "+5551987654321"],
    ["an area in brackets that is the country's own code", "(55) 99123-4567", "BR", "+5555991234567"],
    ["a slash behind the area code", "+49 30/901820", undefined, "+4930901820"],
    ["a slash behind a trunk prefix and an area code", "+43 (0)2742/12345", undefined, "+43274212345"],
    ["a slash in a national number", "0664/1234567", "AT", "+436641234567"],
  ])("%s: %s with default country %s has one reading", (_, phone, country, expected) => {
    expect(planPhone(phone, country)).toEqual({ sent: expected, warnings: [] });
  });

  test.each<[string, Country]>([
    ["4917612345678", "DE"],
    ["49-176-12345678", "DE"],
    ["49 176 1234567", "DE"],
    ["(49) 176 12345678", "DE"],
    ["447700900123", "DE"],
    ["447700900123", "IT"],
    ["41791234567", "DE"],
    ["33612345678", "DE"],
    ["36201234567", "AT"],
    ["+49 30 901820/21", undefined],
    ["030 901820 / 901821", "DE"],
    ["+49 30 901820 (21)", undefined],
    ["+1 (0) 0", undefined],
    ["99(0)12345678", "DE"],
  ])("%s with default country %s has two and is omitted with the reason", (phone, country) => {
    const { sent, warnings } = planPhone(phone, country);
    expect(sent).toBeUndefined();
    expect(warnings).toEqual([phone.startsWith("+1") ? "invalid_phone" : "ambiguous_phone"]);
  });
});

describe("what is not a phone number is omitted", () => {
  test.each([
    "+44 7700 9xx123",
    "+44 7700 ***123",
    "+44 7700 900123 (fax)",
    "Fax: +44 7700 900123",
    "+44 7700 900123\u00b2",
    "+1 000 000 0000",
    "0000000000",
    "4.47701E+11",
    "+44 7700 900123 or +44 7700 900124",
    "+44 7700 900123 +44 7700 900124",
    "O7700 900123",
    "mara@example.com",
    "n/a",
  ])("%s", (phone) => {
    for (const country of [undefined, "GB", "US", "DE"] as const) {
      expect(planPhone(phone, country)).toEqual({ sent: undefined, warnings: ["invalid_phone"] });
    }
  });
});
