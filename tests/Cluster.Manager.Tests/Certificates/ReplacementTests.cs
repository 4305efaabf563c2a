using Cluster.Client.Certificates;
using Cluster.Client.Values;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Settings;
using Cluster.Domain.Validation;
using Cluster.Manager.Tests.Hosting;
using Cluster.Pki.Containers;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Certificates;

/// <summary>What peers will notice of a new version is told before they notice it.</summary>
public sealed class ReplacementTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private const string NameLost = DangerousChanges.CertificateNameLost;
    private const string UsageLost = DangerousChanges.CertificateUsageLost;
    private readonly TestCa ca = new("First");
    private readonly TestCa other = new("Second");
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly PrivateKeyMaterial rsa = PrivateKeyMaterial.Generate(KeySpecification.Rsa2048);

    private CertificatesClient Certificates => manager.Cluster.Certificates;

    [Fact]
    public async Task An_import_names_what_peers_see_of_it_and_a_dry_run_says_the_same()
    {
        (await ImportAsync("seen", ca, key, ca.Leaf(key.Public, ["mx.example.org", "old.example.org"], null))).Replaces.ShouldBeNull();
        var next = other.Leaf(rsa.Public, ["mx.example.org", "new.example.org"], TimeSpan.FromDays(47)) with
        {
            ExtendedKeyUsage = ["1.3.6.1.5.5.7.3.1"],
        };
        var tried = (await ImportAsync("seen", other, rsa, next, new() { DryRun = true })).Replaces.ShouldNotBeNull();
        var replaces = (await ImportAsync("seen", other, rsa, next)).Replaces.ShouldNotBeNull();

        (replaces.Level, replaces.Version).ShouldBe(("cluster", 1));
        Text(replaces.Differences).ShouldBe(
            [
                "Issuer: CN=First intermediate, O=Example -> CN=Second intermediate, O=Example",
                "Root: CN=First root, O=Example -> CN=Second root, O=Example",
                $"Key: {key.PublicKeySha256} -> {rsa.PublicKeySha256}",
                "KeyKind: EC P-256 -> RSA 2048",
                "NameLost: old.example.org -> ",
                "NameNew:  -> new.example.org",
                "UsageLost: clientAuth -> ",
                "ValidityPeriod: 91 days -> 48 days",
            ]);
        Text(tried.Differences).ShouldBe(Text(replaces.Differences));
        replaces.Differences.ShouldAllBe(d => d.Message.EndsWith('.') && d.NeededBy == null);
    }

    [Fact]
    public async Task A_signed_upload_and_a_restore_say_it_and_the_same_again_says_nothing()
    {
        await Certificates.MakeAsync("signed", "mx.example.org");
        var leaf = ca.Sign(await Certificates.RequestPemAsync("signed"));
        var uploaded = (await Certificates.UploadPemAsync("signed", ca.PemFor(leaf))).Value.Replaces.ShouldNotBeNull();
        Kinds(uploaded.Differences).ShouldBe(
            [
                CertificateDifferenceKind.Issuer, CertificateDifferenceKind.Root, CertificateDifferenceKind.ChainLength,
                CertificateDifferenceKind.ValidityPeriod,
            ]);
        (await Certificates.UploadPemAsync("signed", ca.PemFor(leaf))).Value.Replaces.ShouldBeNull();

        var restored = (await Certificates.RestoreVersionAsync("signed", 1)).Value;
        restored.Version.ShouldBe(1);
        var back = restored.Replaces.ShouldNotBeNull();
        back.Version.ShouldBe(2);
        Kinds(back.Differences).ShouldBe(Kinds(uploaded.Differences));
        back.Differences.Single(d => d.Kind == CertificateDifferenceKind.ChainLength).After.ShouldBe("0");
        (await Certificates.RestoreVersionAsync("signed", 1)).Value.Replaces.ShouldBeNull();
        (await Certificates.GetAsync("signed")).Value.Replaces.ShouldBeNull();
    }

    [Fact]
    public async Task A_lost_name_that_a_listener_needs_is_acknowledged()
    {
        await ImportAsync("bound", ca, key, ca.Leaf(key.Public, ["mx.example.org", "*.example.net", "spare.example.org"], null));
        await ListenAsync("needs-name", "bound", "a.example.net");
        // Nobody needs the spare name.
        await ImportAsync("bound", ca, key, ca.Leaf(key.Public, ["mx.example.org", "*.example.net"], null));
        var next = ca.Leaf(key.Public, ["mx.example.org", "b.example.net"], null);

        var import = ImportAsync("bound", ca, key, next, new() { DryRun = true });
        var refused = await import.ShouldBeRefused(ProblemCodes.AcknowledgementRequired);
        refused.Acknowledge.ShouldBe([NameLost]);
        refused.Detail.ShouldContain("'a.example.net', which listeners/needs-name needs");
        await ImportAsync("bound", ca, key, next).ShouldBeRefused(ProblemCodes.AcknowledgementRequired);
        (await Certificates.GetAsync("bound")).Value.Version.ShouldBe(2);
        (await ImportAsync("bound", ca, key, next, new() { Acknowledge = [NameLost] })).Version.ShouldBe(3);

        await Certificates.RestoreVersionAsync("bound", 2);
        await Certificates.RestoreVersionAsync("bound", 3).ShouldBeRefused(ProblemCodes.AcknowledgementRequired);
        (await Certificates.RestoreVersionAsync("bound", 3, new() { Acknowledge = [NameLost] })).Value.Version.ShouldBe(3);
    }

    [Fact]
    public async Task Validate_and_diff_name_what_is_lost_and_to_whom()
    {
        await ImportAsync("staged", ca, key, ca.Leaf(key.Public, ["mx.example.org", "mx2.example.org"], null));
        await ListenAsync("staged-1", "staged", "mx2.example.org");
        var set = (await manager.Cluster.ChangeSets.OpenAsync("renewal")).Value.Id;
        var next = ca.Leaf(key.Public, ["mx.example.org"], null);
        (await ImportAsync("staged", ca, key, next, new() { ChangeSet = set })).Replaces.ShouldNotBeNull();

        var validated = await manager.Cluster.ChangeSets.ValidateAsync(set);
        validated.Acknowledge.ShouldBe([NameLost]);
        var replacement = validated.Replacements.ShouldHaveSingleItem();
        (replacement.Name, replacement.Level, replacement.Version, replacement.Replaces.Version).ShouldBe(("staged", "cluster", 2, 1));
        var lost = replacement.Replaces.Differences.Single(d => d.Kind == CertificateDifferenceKind.NameLost);
        (lost.Before, lost.NeededBy!.Single()).ShouldBe(("mx2.example.org", "listeners/staged-1"));
        Text((await manager.Cluster.ChangeSets.DiffAsync(set)).Replacements.Single().Replaces.Differences)
            .ShouldBe(Text(replacement.Replaces.Differences));

        await manager.Cluster.ChangeSets.CommitAsync(set, new CommitRequest { Comment = "renew" })
            .ShouldBeRefused(ProblemCodes.AcknowledgementRequired);
        var committed = await manager.Cluster.ChangeSets.CommitAsync(
            set, new CommitRequest { Comment = "renew", Acknowledge = [NameLost] });
        var diff = await manager.Cluster.Revisions.DiffAsync(committed.Value!.Number);
        Text(diff.Replacements.Single().Replaces.Differences).ShouldBe(Text(replacement.Replaces.Differences));
    }

    [Fact]
    public async Task A_nearer_level_that_defines_the_name_anew_replaces_the_certificate_there()
    {
        await ImportAsync("near", ca, key, ca.Leaf(key.Public, ["mx.example.org", "near.example.org"], null));
        await ListenAsync("near-1", "near", "near.example.org");
        await manager.Cluster.Groups.PutAsync("near");
        var set = (await manager.Cluster.ChangeSets.OpenAsync("nearer")).Value.Id;
        var level = new LevelName(LevelKind.Group, "near");
        await ImportAsync(
            "near", ca, key, ca.Leaf(key.Public, ["mx.example.org"], null), new() { ChangeSet = set, Level = level });

        var validated = await manager.Cluster.ChangeSets.ValidateAsync(set);
        validated.Acknowledge.ShouldBeEmpty();
        var replacement = validated.Replacements.ShouldHaveSingleItem();
        replacement.Replaces.Differences.Single(d => d.Kind == CertificateDifferenceKind.NameLost).NeededBy.ShouldBe(["listeners/near-1"]);
        (replacement.Level, replacement.Replaces.Level).ShouldBe(("group:near", "cluster"));
        await manager.Cluster.ChangeSets.AbandonAsync(set);
    }

    [Fact]
    public async Task A_use_that_a_new_intermediate_forbids_is_acknowledged_where_it_is_made()
    {
        await ImportAsync("client", ca, key, ca.Leaf(key.Public, ["out.example.org"], null));
        await manager.Cluster.Singleton<OutboundSettings>().PutAsync(new OutboundSettings { Certificate = "client" });
        using var servers = new TestCa("Servers only", intermediateUsage: ["1.3.6.1.5.5.7.3.1"]);
        var set = (await manager.Cluster.ChangeSets.OpenAsync("client")).Value.Id;
        await ImportAsync("client", servers, key, servers.Leaf(key.Public, ["out.example.org"], null), new() { ChangeSet = set });

        var validated = await manager.Cluster.ChangeSets.ValidateAsync(set);
        validated.Acknowledge.ShouldBe([UsageLost]);
        var lost = validated.Replacements.Single().Replaces.Differences.Single(d => d.Kind == CertificateDifferenceKind.UsageLost);
        (lost.Before, lost.NeededBy!.Single()).ShouldBe(("clientAuth", "outbound/-"));
        lost.Message.ShouldContain("intermediate");
        await manager.Cluster.ChangeSets.AbandonAsync(set);
        await manager.Cluster.Singleton<OutboundSettings>().DeleteAsync();
    }

    public void Dispose()
    {
        ca.Dispose();
        other.Dispose();
        key.Dispose();
        rsa.Dispose();
    }

    private async Task<CertificateShape> ImportAsync(
        string name, TestCa authority, PrivateKeyMaterial own, IssueOrder order, WriteOptions? options = null)
    {
        var file = CertificateWriter.Pkcs12(own, [authority.Issue(order), authority.Intermediate], "x", "p", Pkcs12Profile.Modern);
        return (await Certificates.ImportAsync(
            name, new CertificateImport { Data = Convert.ToBase64String(file), Password = "p" }, options)).Value;
    }

    private async Task ListenAsync(string name, string certificate, string host)
    {
        await manager.Cluster.Settings<MailFlowPolicy>().PutAsync("accept", new MailFlowPolicy { Tls = PolicyTls.Preferred });
        await manager.Cluster.Settings<Listener>().PutAsync(
            name,
            new Listener { Type = ListenerType.Public, Port = 25, Hostname = host, Certificate = certificate, DefaultPolicy = "accept" });
    }

    private static IEnumerable<CertificateDifferenceKind> Kinds(IReadOnlyList<CertificateDifferenceShape> differences) =>
        differences.Select(d => d.Kind);

    private static IEnumerable<string> Text(IReadOnlyList<CertificateDifferenceShape> differences) =>
        differences.Select(d => $"{d.Kind}: {d.Before} -> {d.After}");
}
