using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Settings;

/// <summary>
/// A host access table as text: what is written reads back, AsyncOS' own form is read, and what is wrong is told by line.
/// </summary>
public sealed class HostAccessTextTests
{
    private static readonly string[] Comments =
    [
        "plain", "see (ticket 7)", "unbalanced ) here", "back\\slash \\( kept", "two\nlines", "# not a mark", "\n", " spaces around ",
        "x\n\n y \nz", "$a, b: c",
    ];

    private static readonly string[] Senders =
    [
        "10.1.1.1", "10.1.0.0/16", "10.1.1.5-20", "10.1.", "mx.example.org", ".partner.example", "2001:db8::1", "2001:db8::/32",
        "fe80::1-fe80::9",
    ];

    [Fact]
    public void What_is_written_reads_back_as_the_same_table()
    {
        var random = new Random(4711);
        for (var round = 0; round < 200; round++)
        {
            var listener = Make(random);

            var text = HostAccessText.Write(listener);
            var read = HostAccessTable.Read(text);

            read.Errors.ShouldBeEmpty(text);
            var again = listener with
            {
                SenderGroups = read.Groups,
                DefaultPolicy = read.Default!.Policy,
                DefaultPolicyComment = read.Default.Comment,
            };
            Json(again).ShouldBe(Json(listener), text);
            HostAccessTable.Read(text.Replace("\n", "\r\n", StringComparison.Ordinal)).Groups.Count.ShouldBe(read.Groups.Count);
        }
    }

    [Fact]
    public void One_line_holds_a_group_while_it_is_short()
    {
        var listener = new Listener
        {
            Type = ListenerType.Public,
            Port = 25,
            Hostname = "mx.example.org",
            DefaultPolicy = "accept",
            SenderGroups =
            [
                new SenderGroup
                {
                    Name = "PARTNERS",
                    Senders = [".partner.example", "10.1.1.1"],
                    Policy = "required",
                    Comment = "Contract (7)",
                    SenderComments = new Dictionary<string, string> { ["10.1.1.1"] = "their relay" },
                },
                new SenderGroup
                {
                    Name = "MANY",
                    Senders = [.. Enumerable.Range(1, 20).Select(i => $"10.1.1.{i}")],
                    Policy = "off",
                    Comment = "a\nb",
                },
            ],
        };

        HostAccessText.Write(listener).ShouldBe(
            """
            PARTNERS: .partner.example, 10.1.1.1 (their relay) $required (Contract (7))
            # a
            # b
            MANY:
                10.1.1.1, 10.1.1.2, 10.1.1.3, 10.1.1.4, 10.1.1.5, 10.1.1.6, 10.1.1.7, 10.1.1.8, 10.1.1.9, 10.1.1.10, 10.1.1.11,
                10.1.1.12, 10.1.1.13, 10.1.1.14, 10.1.1.15, 10.1.1.16, 10.1.1.17, 10.1.1.18, 10.1.1.19, 10.1.1.20
                $off
            ALL $accept

            """);
    }

    [Fact]
    public void A_table_in_the_form_of_AsyncOS_is_read()
    {
        var read = HostAccessTable.Read(
            """
            # Host access table
            RELAYLIST:
                10.0.0.1
                $RELAYED (Only our own)

            PARTNERS:
                .a.example, 10.2.
                10.3.1.5-20
            # a remark between senders
                $TLS_PARTNER

            ALL
                $ACCEPTED
            # the end
            """);

        read.Errors.ShouldBeEmpty();
        read.Groups.Select(g => $"{g.Name}: {string.Join(' ', g.Senders)} {g.Policy} {g.Comment}").ShouldBe(
            [
                "RELAYLIST: 10.0.0.1 relayed Host access table\nOnly our own",
                "PARTNERS: .a.example 10.2. 10.3.1.5-20 tls_partner a remark between senders",
            ]);
        read.Default.ShouldBe(new HostAccessDefault("accepted", "the end"));
    }

    public static TheoryData<string, int, string, string> Wrong => new()
    {
        { "A: sbrs[-10:-3] $p\n", 1, "sbrs-not-supported", "" },
        { "\nA:\n  10.1.1.1,\n  SBO:1234, dnslist[zone.example, x] $p\n", 4, "sbo-not-supported", "" },
        { "A: 10.1.1.1, dnslist[zone.example, x] $p\n", 1, "dnslist-not-supported", "" },
        { "A: 10.1.1.1\nB: 10.1.1.2 $p\n", 1, "required", "'A' names no mail flow policy" },
        { "A: 10.1.1.1", 1, "required", "'A' names no mail flow policy" },
        { "10.1.1.1 $p\n", 1, "value", "begins with the name of its group" },
        { "ALL $p\nA: 10.1.1.1 $p\n", 2, "all-not-last", "" },
        { "ALL 10.1.1.1 $p\n", 1, "value", "names no senders" },
        { "A: 10.1.1.1 (open $p\n", 1, "value", "not closed" },
        { "A: (early) 10.1.1.1 $p\n", 1, "value", "before the first sender" },
        { "A: 10.1.1.1 (one) (two) $p\n", 1, "duplicate", "more than one comment" },
        { "A: 10.1.1.1 $p B: 10.1.1.2 $q\n", 1, "value", "on a line of its own" },
        { "$BLOCKED\n    REJECT {}\nA: 10.1.1.1 $p\n", 1, "not-here", "$BLOCKED" },
        { "A: 10.1.1.1 $p\nA: 10.1.1.2 $p\n", 2, "duplicate", "" },
        { "A: $p\n", 1, "empty", "" },
        { "A:\n 10.1.1.1\n $No!\n", 3, "name", "" },
        { "A: 10.1.1.1\u0001 $p\n", 1, "text", "control character" },
        { "A: nonsense_! $p\n", 1, "sender", "" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_told_with_its_line(string text, int line, string code, string says)
    {
        var error = HostAccessTable.Read(text).Errors[0];
        error.Code.ShouldBe(code);
        error.Detail.ShouldStartWith($"Line {line}: ");
        error.Detail.ShouldContain(says);
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var errors = HostAccessTable.Read("A: sbrs[1:2] $p\nB: x!, 10.1.1.1\nC: 10.999.1.1 $p\nnothing\n").Errors;

        errors.Select(e => e.Detail.Split(':')[0]).Order(StringComparer.Ordinal)
            .ShouldBe(["Line 1", "Line 2", "Line 2", "Line 3", "Line 4"]);
    }

    [Fact]
    public void A_hostile_text_is_read_no_further_than_a_table_can_be()
    {
        HostAccessTable.Read("A: " + string.Concat(Enumerable.Repeat("10.1.1.1,\n", 100_000)) + "$p").Errors
            .ShouldContain(e => e.Code == "too-many" && e.Detail.StartsWith("Line 20001:", StringComparison.Ordinal));
        HostAccessTable.Read(string.Concat(Enumerable.Repeat("nothing\n", 100_000))).Errors.Count.ShouldBe(101);
        HostAccessTable.Read("A: " + new string('(', 1_000_000) + " $p").Errors.ShouldNotBeEmpty();
    }

    private static Listener Make(Random random) => new()
    {
        Type = ListenerType.Public,
        Port = 25,
        Hostname = "mx.example.org",
        DefaultPolicy = "accept",
        DefaultPolicyComment = Maybe(random, Comments),
        SenderGroups =
        [
            .. Enumerable.Range(0, random.Next(1, 6)).Select(i =>
            {
                var senders = Senders.OrderBy(_ => random.Next()).Take(random.Next(1, Senders.Length)).ToList();
                var commented = senders.Where(_ => random.Next(3) == 0)
                    .ToDictionary(
                        s => s, _ => Comments.Where(c => !c.Contains('\n', StringComparison.Ordinal)).ElementAt(random.Next(5)));
                return new SenderGroup
                {
                    Name = $"G{i}",
                    Senders = senders,
                    Policy = $"p{i}",
                    Comment = Maybe(random, Comments),
                    SenderComments = commented.Count == 0 ? null : commented,
                };
            }),
        ],
    };

    private static string? Maybe(Random random, string[] values) => random.Next(2) == 0 ? null : values[random.Next(values.Length)];

    private static string Json(Listener listener) =>
        CanonicalJson.ToText(JsonSerializer.SerializeToElement(listener, ContractsJson.Default.Listener));
}
