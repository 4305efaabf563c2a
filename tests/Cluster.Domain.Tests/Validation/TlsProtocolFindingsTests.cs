using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Fleet;
using Cluster.Domain.Validation;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Validation;

/// <summary>Hosts that have the use of a block, and those that apply it.</summary>
public sealed class TlsProtocolFindingsTests
{
    private const string Feature = Features.TlsProtocolsPrefix + TlsProtocolBlock.SmtpInbound;

    [Fact]
    public void A_host_that_cannot_apply_a_block_which_another_applies_is_named()
    {
        var applies = Make.Machine("gw1", Service([Kinds.Listeners, Kinds.TlsProtocols], "in", Feature));
        var other = Make.Machine("gw2", Service([Kinds.Listeners], "in")) with { Id = Guid.NewGuid(), CapabilityHash = "other" };
        var without = Make.Machine("gw3", Service([Kinds.Listeners], endpoint: null)) with { Id = Guid.NewGuid(), CapabilityHash = "none" };

        Codes(other).ShouldBe(["tls-protocols-not-applied"]);
        Codes(applies).ShouldBeEmpty();
        Codes(applies, without).ShouldBeEmpty();
        Codes(applies, other).ShouldBe(["unsupported-by-host"]);
        Message(applies, other).ShouldContain("gw2");
    }

    [Fact]
    public void A_service_that_only_hands_certificates_over_does_not_stand_against_the_block_of_clients()
    {
        var ldap = Service([Kinds.Ldap, Kinds.TlsProtocols], null, Features.TlsProtocolsPrefix + TlsProtocolBlock.Clients) with
        {
            Name = "ldap",
            Driver = "ldap-client",
        };
        var files = Service([Kinds.ServiceClients, Kinds.Listeners], "in") with { Name = "dlp", Driver = "files" };
        var both = Make.Machine("gw1", ldap) with { Services = [ldap, files] };
        var mail = Make.Machine("gw2", Service([Kinds.Listeners, Kinds.TlsProtocols], "in", Feature)) with
        {
            Id = Guid.NewGuid(),
            CapabilityHash = "mail",
        };

        Findings([both], TlsProtocolBlock.Clients).ShouldBeEmpty();
        // A listener that it hosts is served by versions that nobody sets.
        Codes(mail, both).ShouldBe(["unsupported-by-host"]);
        Codes(both).ShouldBe(["tls-protocols-not-applied"]);
    }

    private static ServiceCapabilities Service(
        IReadOnlyList<string> kinds, string? endpoint, params IReadOnlyList<string> features) => new()
    {
        Name = "mail",
        Driver = "postfix",
        Kinds = kinds.ToHashSet(),
        Endpoints = endpoint is null ? new HashSet<EndpointName>() : [new EndpointName(Kinds.Listeners, endpoint)],
        Features = features.ToHashSet(),
    };

    private static List<string> Codes(params MachineFacts[] machines) => [.. Findings(machines).Select(f => f.Code)];

    private static string Message(params MachineFacts[] machines) => Findings(machines).ShouldHaveSingleItem().Message;

    private static IEnumerable<Contracts.Findings.Finding> Findings(
        MachineFacts[] machines, string block = TlsProtocolBlock.SmtpInbound) =>
        ConfigurationValidator.Validate(new ValidationInput
        {
            Configuration = new(
                Make.Snapshot([Make.Item(Kinds.TlsProtocols, block, """{"minimum":"tls1.2"}""")]),
                Make.Fleet(machines)),
            Certificates = (_, _, _, _) => null,
            Now = Make.Now,
        }).Where(f => f.Kind == Kinds.TlsProtocols);
}
