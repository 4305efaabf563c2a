using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Tests.Validation;
using Cluster.Domain.Validation;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Settings;

public sealed partial class SenderOverlapTests
{
    /// <summary>Groups as <c>policy: senders; …</c>, and what is found as <c>code sender</c>.</summary>
    public static TheoryData<string, string> Tables => new()
    {
        { "a: 10.0.0.1; b: 10.0.0.0/8", "" },
        { "a: 10.0.0.0/8; b: 10.0.0.1", "sender-shadowed g2/10.0.0.1" },
        { "a: 10.0.0.1; b: 10.0.0.1", "sender-shadowed g2/10.0.0.1" },
        { "a: 10.0.0.0/25, 10.0.0.128/25; b: 10.0.0", "sender-shadowed g2/10.0.0" },
        { "a: 10.0.0.0/25; b: 10.0.0", "" },
        { "a: 10.0.0.1-10; b: 10.0.0.5-20", "sender-overlap g2/10.0.0.5-20" },
        { "a: 10.0.0.5-20; b: 10.0.0.1-10", "sender-overlap g2/10.0.0.1-10" },
        { "a: 10.0.0.1-10; a: 10.0.0.5-20", "" },
        { "a: 10.0.0.1-10; b: 10.0.0.11-20", "" },
        { "a: 0.0.0.0/0; b: 2001:db8::1", "" },
        { "a: ::/0; b: 2001:db8::1", "sender-shadowed g2/2001:db8::1" },
        { "a: mail.example.org; b: .example.org", "" },
        { "a: .example.org; b: mail.example.org", "sender-shadowed g2/mail.example.org" },
        { "a: .example.org; b: .sub.Example.org", "sender-shadowed g2/.sub.Example.org" },
        { "a: .example.org; b: example.org", "" },
        { "a: h.test; b: H.test", "sender-shadowed g2/H.test" },
        { "a: h.test; b: ALL", "" },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void Senders_that_earlier_ones_keep_from_what_they_say_are_found(string table, string found) =>
        string.Join(", ", Find(Groups(table)).Select(f => $"{f.Code} {Named().Match(f.Message).Result("${group}/${sender}")}"))
            .ShouldBe(found);

    [Fact]
    public void Who_has_many_is_told_the_first_and_how_many_more()
    {
        var found = Find(Groups("a: 10.0.0.0/8; b: " + string.Join(',', Enumerable.Range(0, 100).Select(i => $"10.0.0.{i}"))));
        found.Count.ShouldBe(21);
        found.ShouldContain(f => f.Message.Contains("80 more senders"));
        found.ShouldAllBe(f => f.Severity == FindingSeverity.Warning);
    }

    [Fact]
    public void Twenty_thousand_senders_take_no_time()
    {
        var groups = Enumerable.Range(0, 1000).Select(
            g => new SenderGroup
            {
                Name = $"g{g}",
                Policy = g % 2 == 0 ? "a" : "b",
                Senders =
                [
                    .. Enumerable.Range(0, 10).Select(s => $"10.{g / 256}.{g % 256}.{s * 20}-{(s * 20) + 25}"),
                    .. Enumerable.Range(0, 10).Select(s => $"h{s}.g{g}.example.org"),
                ],
            }).ToArray();
        var begun = Stopwatch.GetTimestamp();
        Find(groups).ShouldBeEmpty();
        Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    private static SenderGroup[] Groups(string table) =>
    [
        .. table.Split("; ").Select(g => g.Split(": ", 2)).Select(
            (g, i) => new SenderGroup { Name = $"g{i + 1}", Policy = g[0], Senders = [.. g[1].Split(',').Select(s => s.Trim())] }),
    ];

    private static List<Finding> Find(SenderGroup[] groups)
    {
        var listener = new Listener
        {
            Type = ListenerType.Private, Port = 25, Hostname = "h", DefaultPolicy = "a", SenderGroups = groups,
        };
        var input = new ValidationInput
        {
            Configuration = new(
                Make.Snapshot(
                    Make.Item(Kinds.Listeners, "in", JsonSerializer.Serialize(listener, ContractsJson.Of<Listener>())),
                    Make.Item(Kinds.MailFlowPolicies, "a", """{"tls":"off"}"""),
                    Make.Item(Kinds.MailFlowPolicies, "b", """{"tls":"off"}""")),
                Make.Fleet(Make.Machine())),
            Certificates = (_, _, _, _) => null,
            Mx = _ => null,
            Now = Make.Now,
        };
        return [.. ConfigurationValidator.Validate(input).Where(f => f.Code.StartsWith("sender-", StringComparison.Ordinal))];
    }

    [GeneratedRegex(@"sender (?<sender>\S+) of group (?<group>\S+)")]
    private static partial Regex Named();
}
