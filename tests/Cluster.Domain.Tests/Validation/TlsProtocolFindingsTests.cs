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

    private static IEnumerable<Contracts.Findings.Finding> Findings(MachineFacts[] machines) =>
        ConfigurationValidator.Validate(new ValidationInput
        {
            Configuration = new(
                Make.Snapshot([Make.Item(Kinds.TlsProtocols, TlsProtocolBlock.SmtpInbound, """{"minimum":"tls1.2"}""")]),
                Make.Fleet(machines)),
            Certificates = (_, _, _, _) => null,
            Now = Make.Now,
        }).Where(f => f.Kind == Kinds.TlsProtocols);
}
