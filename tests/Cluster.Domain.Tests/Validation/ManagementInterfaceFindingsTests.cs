using Cluster.Contracts.Bundles;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Validation;
using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Validation;

/// <summary>An interface shows its certificate to those who connect, and is no part of the open internet.</summary>
public sealed class ManagementInterfaceFindingsTests : IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1", ClientAuth = "1.3.6.1.5.5.7.3.2";
    private readonly TestCa ca = new("Own", Make.Now);
    private readonly Dictionary<string, CertificateContent> contents = [];

    [Fact]
    public void Its_certificate_must_be_defined_where_the_interface_holds()
    {
        Blocking([Interface()]).ShouldBe(["dangling-reference"]);
        var hidden = Make.Item(Kinds.Certificates, "admin", null, LevelKind.Machine);
        Blocking([Interface(), Certificate("gw1.example.org"), hidden]).ShouldBe(["hidden-reference"]);
        Blocking([Interface(), Certificate("gw1.example.org")]).ShouldBeEmpty();
    }

    [Fact]
    public void Its_certificate_needs_a_key_and_a_version_that_may_be_used()
    {
        var certificate = Certificate("gw1.example.org");
        Item[] items = [certificate, Interface()];

        contents["admin"] = contents["admin"] with { HasPrivateKey = false };
        Blocking(items).ShouldBe(["binding-without-key"]);
        Validate(items).Single(f => f.Code == "binding-without-key").Message.ShouldStartWith("interfaces/mgmt shows certificate 'admin'");
        contents["admin"] = contents["admin"] with { HasPrivateKey = true, Compromised = true };
        Blocking(items).ShouldBe(["certificate-version-compromised"]);
    }

    [Fact]
    public void A_leaf_that_is_an_authority_or_only_for_clients_blocks_there()
    {
        var authority = Certificate("gw1.example.org", leaf => leaf with { IsCa = true });
        Blocking([authority]).ShouldBeEmpty();
        Blocking([authority, Interface()]).ShouldBe(["ca-leaf"]);
        Blocking(
            [
                Certificate("gw1.example.org", leaf => leaf with { ExtendedKeyUsage = [ClientAuth] }), Interface()
            ]).ShouldBe(["extended-key-usage"]);
        Blocking([Certificate("gw1.example.org", leaf => leaf with { ExtendedKeyUsage = [ServerAuth] }), Interface()]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("gw1.example.org", "gw1.example.org", false)]
    [InlineData("GW1.Example.ORG", "*.example.org", false)]
    [InlineData("gw1.bücher.example", "gw1.xn--bcher-kva.example", false)]
    [InlineData("gw1.example.org", "gw2.example.org", true)]
    [InlineData("gw1.lan.example.org", "*.example.org", true)]
    [InlineData(null, "anything.example.org", false)]
    public void Its_hostname_if_there_is_one_must_be_covered(string? hostname, string covered, bool mismatch)
    {
        var found = Validate([Certificate(covered), Interface(hostname)]).Where(f => f.Code == "name-mismatch").ToList();

        found.Count.ShouldBe(mismatch ? 1 : 0);
        found.ShouldAllBe(
            f => f.Kind == Kinds.Certificates
                && f.Severity == FindingSeverity.Warning
                && f.Message.StartsWith("Certificate 'admin' on interfaces/mgmt: ", StringComparison.Ordinal));
        found.ShouldAllBe(f => !f.Message.Contains("listener", StringComparison.Ordinal));
    }

    [Fact]
    public void It_uses_the_certificate_and_expects_nothing_that_only_the_open_internet_does()
    {
        var ed25519 = Certificate("gw1.example.org", leaf => leaf, KeySpecification.Ed25519);

        Validate([ed25519]).Select(f => f.Code).ShouldContain("certificate-unused");
        Validate([ed25519, Interface()]).Select(f => f.Code).ShouldNotContain(c => c == "certificate-unused" || c == "uncommon-key");
    }

    [Fact]
    public void That_nobody_serves_it_is_told_until_a_service_where_it_holds_hosts_it()
    {
        var serves = Make.Postfix() with
        {
            Name = "web",
            Driver = "web",
            Kinds = new HashSet<string> { Kinds.Interfaces, Kinds.Certificates },
            Endpoints = new HashSet<EndpointName> { new(Kinds.Interfaces, "mgmt") },
            Features = new HashSet<string> { Features.InterfaceHttpsCertificate },
        };
        Item[] items = [Certificate("gw1.example.org"), Interface()];

        var told = Validate(items, Make.Machine("gw1", Make.Postfix())).Single(f => f.Code == "interface-not-hosted");
        (told.Kind, told.Name, told.Level, told.Severity).ShouldBe((Kinds.Interfaces, "mgmt", "cluster", FindingSeverity.Warning));
        told.Message.ShouldContain("presented nowhere");
        Codes(items, Make.Machine("gw1", Make.Postfix(), serves)).ShouldNotContain("interface-not-hosted");
        Codes(items, Make.Machine("gw1", Make.Postfix()), Make.Machine("gw2", serves)).ShouldNotContain("interface-not-hosted");
        // What another machine would serve does not help the one that overrides it.
        Item[] own = [.. items, Make.Item(Kinds.Interfaces, "mgmt", """{"port":8443,"httpsCertificate":"admin"}""", LevelKind.Machine)];
        Validate(own, Make.Machine("gw1", Make.Postfix()), Make.Machine("gw2", serves))
            .Where(f => f.Code == "interface-not-hosted")
            .Select(f => f.Level)
            .ShouldBe(["machine:gw1"]);
        ConfigurationValidator.Validate(Input(items) with { OnlyBlocking = true }).ShouldBeEmpty();
        Codes(items, Make.Machine("gw1", serves)).ShouldNotContain("unsupported-by-host");
        Codes(items, Make.Machine("gw1", serves with { Features = new HashSet<string>() })).ShouldContain("unsupported-by-host");
    }

    public void Dispose() => ca.Dispose();

    private static Item Interface(string? hostname = "gw1.example.org") => Make.Item(
        Kinds.Interfaces, "mgmt", hostname is null
            ? """{"port":443,"httpsCertificate":"admin"}"""
            : $$"""{"hostname":"{{hostname}}","port":443,"httpsCertificate":"admin"}""");

    private List<string> Blocking(IReadOnlyList<Item> items) =>
        [.. ConfigurationValidator.Introduced(Input([]), Input(items)).Select(f => f.Code)];

    private List<string> Codes(IReadOnlyList<Item> items, params MachineFacts[] machines) =>
        [.. Validate(items, machines).Select(f => f.Code)];

    private IReadOnlyList<Finding> Validate(IReadOnlyList<Item> items, params MachineFacts[] machines) =>
        ConfigurationValidator.Validate(Input(items, machines));

    private ValidationInput Input(IReadOnlyList<Item> items, params MachineFacts[] machines) => new()
    {
        Configuration = new(Make.Snapshot(items), Make.Fleet(machines.Length > 0 ? machines : [Make.Machine()])),
        Certificates = (_, _, name, _) => contents.GetValueOrDefault(name),
        Now = Make.Now,
    };

    private Item Certificate(string host, Func<IssueOrder, IssueOrder>? change = null, KeySpecification? kind = null)
    {
        using var key = PrivateKeyMaterial.Generate(kind ?? KeySpecification.EcP256);
        var template = ca.Leaf(key.Public, [host], TimeSpan.FromDays(90));
        CertificateInfo leaf = ca.Issue(change is null ? template : change(template));
        contents["admin"] = new CertificateContent
        {
            Leaf = leaf.Der,
            Chain = [ca.Intermediate.Der],
            Sha256 = leaf.Sha256,
            PublicKeySha256 = leaf.PublicKeySha256,
            HasPrivateKey = true,
            Source = CertificateSource.Signed
        };
        return Make.Item(Kinds.Certificates, "admin", """{"version":1}""");
    }
}
