using System.Globalization;
using System.Text;
using Cluster.Pki.Names;
using CsCheck;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Names;

public sealed class IdnaTests
{
    [Theory]
    [InlineData("bu\u0308cher.example", "xn--bcher-kva.example")]
    [InlineData("BU\u0308CHER.EXAMPLE", "xn--bcher-kva.example")]
    [InlineData("ÉCOLE.example", "xn--cole-9oa.example")]
    [InlineData("Straße.example", "xn--strae-oqa.example")]
    [InlineData("ｍｘ．例え。jp.", "mx.xn--r8jz45g.jp")]
    [InlineData("ﬁ.example", "fi.example")]
    [InlineData("a\u00ADb.example", "ab.example")]
    [InlineData("a\u0323\u0307.example", "xn--rsa542l.example")]
    [InlineData("a\u0307\u0323.example", "xn--rsa542l.example")]
    [InlineData("\u1112\u1161\u11AB\u1100\u116E\u11A8.kr", "xn--3e0b707e.kr")]
    [InlineData("例え。", "xn--r8jz45g")]
    [InlineData("*.bu\u0308cher.example", "*.xn--bcher-kva.example")]
    [InlineData("l·l.example", "xn--ll-0ea.example")]
    public void A_name_typed_in_any_form_is_the_same_name(string name, string expected)
    {
        DnsNames.TryNormalisePattern(name, out var normalised).ShouldBeTrue();
        normalised.ShouldBe(expected);
    }

    [Theory]
    [InlineData("\u0308bcher.example")]
    [InlineData("☃.example")]
    [InlineData("a·b.example")]
    [InlineData("a\u200Cb.example")]
    [InlineData("\u05D0a.example")]
    [InlineData("\u05D01\u0661\u05D0.example")]
    [InlineData("a\u00BD.example")]
    [InlineData("ab--\u00FC.example")]
    [InlineData("\uD800.example")]
    [InlineData("\u0661\u06F1.example")]
    [InlineData("\u00FC-.example")]
    public void What_IDNA_2008_forbids_is_no_host_name(string name) => DnsNames.TryNormalise(name, out _).ShouldBeFalse();

    [Fact]
    public void Every_single_character_is_treated_as_libidn2_does()
    {
        // Between letters, so that marks have a base. Characters that libidn2's Unicode lacks are left out by its refusal.
        var (accepted, different) = (0, new List<string>());
        foreach (var point in Points())
        {
            if (Compare($"b{new Rune(point)}c.example", ref accepted) is { } difference) different.Add($"{point:X4}: {difference}");
        }

        different.ShouldBeEmpty();
        accepted.ShouldBeGreaterThan(100_000);
    }

    [Fact]
    public void Letters_with_any_marks_are_treated_as_libidn2_does()
    {
        int[] letters = [
            .. Points().Where(
                p =>
                    p < 0x3000 && Rune.GetUnicodeCategory(new Rune(p)) is UnicodeCategory.LowercaseLetter or UnicodeCategory.NonSpacingMark)
        ];
        var (accepted, different) = (0, new List<string>());
        Gen.Int[0, letters.Length - 1].Array[1, 6].Sample(
            picked =>
            {
                if (Compare(
                    string.Concat(picked.Select(i => new Rune(letters[i]).ToString()).Prepend("a")) + ".example",
                    ref accepted) is { } difference)
                    different.Add(difference);
            },
            iter: 20_000,
            threads: 1);
        different.ShouldBeEmpty();
        accepted.ShouldBeGreaterThan(1_000);
    }

    // Contextual rules that libidn2 leaves to registries (middle dots, keraia); mathematical signs, which it lets through; and
    // the capital sharp s, which UTS #46 maps otherwise since Unicode 15.1.
    private static readonly int[] Otherwise = [0xB7, 0x13F, 0x140, 0x375, 0x387, 0x1E9E, 0x2260, 0x226E, 0x226F, 0x30FB, 0xFF65];

    private static IEnumerable<int> Points() => Enumerable.Range(0x80, 0x30000 - 0x80).Except(Otherwise).Where(Rune.IsValid)
        .Where(
            p => Rune.GetUnicodeCategory(new Rune(p)) is not (UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.Control
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator));

    private static string? Compare(string name, ref int accepted)
    {
        if (Libidn2.ToAscii(name) is not { } theirs) return null;
        accepted++;
        return DnsNames.TryNormalise(name, out var ours) && ours == theirs ? null : $"{ours} {theirs}";
    }
}
