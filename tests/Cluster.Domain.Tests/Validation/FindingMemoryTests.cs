using Cluster.Contracts.Certificates;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Validation;
using Cluster.Pki.Findings;
using Shouldly;
using Xunit;
using Severity = Cluster.Pki.Findings.PkiSeverity;

namespace Cluster.Domain.Tests.Validation;

/// <summary>What is kept for the next validation says what a validation without it says.</summary>
public sealed class FindingMemoryTests
{
    private readonly FindingMemory memory = new();
    private readonly Dictionary<string, IReadOnlyList<CertificateFinding>> verdicts = new()
    {
        ["one"] = [Finding("weak-key", "The key is short.")],
        ["two"] = [Finding("weak-signature", "SHA-1.")],
    };

    private DateTimeOffset now = Make.Now;
    private string group = "main";

    [Fact]
    public void What_does_not_change_is_not_made_again()
    {
        Item[] items = [Certificate("one"), Certificate("two")];
        var first = Validate(items);
        var second = Validate([.. items, Make.Item(Kinds.Outbound, Kinds.SingletonName, """{"certificate":"one"}""")]);

        first.Select(f => (f.Name, f.Code))
            .ShouldBe([("one", "weak-key"), ("two", "weak-signature"), ("one", "certificate-unused"), ("two", "certificate-unused")]);
        second.Select(f => (f.Name, f.Code)).ShouldBe([("one", "weak-key"), ("two", "weak-signature"), ("two", "certificate-unused")]);
        second.ShouldAllBe(f => first.Any(known => ReferenceEquals(known, f)));
    }

    [Fact]
    public void Another_verdict_another_document_another_time_and_another_label_show()
    {
        var until = Make.Now.AddDays(1).ToString("O");
        Item[] items = [Certificate("one"), Certificate("two")];
        Validate(items);

        verdicts["one"] = [Finding("weak-key", "The key is very short.")];
        Validate(items).First(f => f.Name == "one").Message.ShouldContain("very short");
        Item[] muted = [
            Certificate("one", $$"""{"version":1,"mutedFindings":[{"code":"weak-key","reason":"x","until":"{{until}}"}]}"""), items[1]
        ];
        Validate(muted).Single(f => f.Code == "weak-key").Muted.ShouldBe(true);
        now = Make.Now.AddDays(2);
        Validate(muted).Single(f => f.Code == "weak-key").Muted.ShouldBeNull();

        Item[] atGroup = [Certificate("one", level: LevelKind.Group)];
        Validate(atGroup).ShouldAllBe(f => f.Level == "group:main");
        group = "renamed";
        Validate(atGroup).ShouldAllBe(f => f.Level == "group:renamed");
    }

    private static CertificateFinding Finding(string code, string message) => new(code, Severity.Warning, message, "Make another.");

    private static Item Certificate(string name, string json = """{"version":1}""", LevelKind level = LevelKind.Cluster) =>
        Make.Item(Kinds.Certificates, name, json, level);

    private IReadOnlyList<Finding> Validate(IReadOnlyList<Item> items)
    {
        var fleet = Make.Fleet() with
        {
            Groups = [new GroupFacts(Make.GroupId, group)],
            Labels = new Dictionary<Guid, string> { [Make.GroupId] = group }
        };
        var input = new ValidationInput
        {
            Configuration = new(Make.Snapshot(items), fleet),
            Certificates = (_, _, name, _) => new CertificateContent
            {
                Leaf = new byte[1],
                Chain = [],
                Sha256 = name,
                ContentId = name,
                PublicKeySha256 = name,
                HasPrivateKey = true,
                Source = CertificateSource.Imported,
                NotAfter = DateTimeOffset.MaxValue
            },
            Evaluate = (content, use, _, _) => use == CertificateUse.None ? verdicts[content.ContentId] : [],
            Now = now,
        };
        var found = ConfigurationValidator.Validate(input with { Memory = memory });
        found.ShouldBe(ConfigurationValidator.Validate(input));
        return found;
    }
}
