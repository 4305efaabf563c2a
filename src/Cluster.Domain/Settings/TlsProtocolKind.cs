using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Levels;
using Cluster.Domain.Validation;

namespace Cluster.Domain.Settings;

/// <summary>
/// Versions and cipher suites of TLS, a block for each use of it: blocks are items of their own, so that levels mix them.
/// </summary>
internal sealed class TlsProtocolKind() : KindDefinition<TlsProtocolBlock>(Reach.Service)
{
    protected override IReadOnlyList<DocumentRule<TlsProtocolBlock>> Rules { get; } =
    [
        static (block, _) => Range(block),
        static (block, _) => CipherRules.Check(block, "/ciphers"),
    ];

    public override FieldError? CheckName(string name, string pointer) => TlsProtocolBlock.Names.Contains(name)
        ? null
        : new FieldError(
            pointer, FieldErrorCodes.Block, $"There is no block '{name}'. Known blocks: {string.Join(", ", TlsProtocolBlock.Names)}.");

    // A block concerns the services that take its use of TLS: a web server has no say in mail.
    internal override bool Reaches(string name, ServiceCapabilities service) =>
        base.Reaches(name, service) && service.Features.Contains(Features.TlsProtocolsPrefix + name);

    // Where one host applies a block, another that has its use and cannot apply it must not go on with what it has in silence.
    internal override IEnumerable<RawFinding> CheckEffective(MachineClass machines, ValidationInput input)
    {
        foreach (var (name, found) in machines.Effective.Of(Kind).Select(i => (i.Name, i.Item)))
        {
            var feature = Features.TlsProtocolsPrefix + name;
            if (!input.Fleet.Machines.Any(m => m.Services.Any(s => s.Features.Contains(feature)))) continue;
            foreach (var service in machines.Services.Where(s => !s.Features.Contains(feature) && Uses(name, s)))
                yield return RawFinding.Error(
                    "unsupported-by-host",
                    found,
                    $"{Kind}/{name}: TLS versions and ciphers of '{name}' cannot be set by service '{service.Name}' ({service.Driver}) of "
                        + $"{string.Join(", ", machines.Machines.Take(3).Select(m => m.Name))}, while other services apply them.",
                    "Define the block at the levels of machines whose services apply it.") with
                    { Detail = $"{feature}/{service.Name}", Scope = $"{machines.GroupId}/{machines.CapabilityHash}" };
        }
    }

    private static bool Uses(string name, ServiceCapabilities service) => name switch
    {
        TlsProtocolBlock.Https => service.Endpoints.Any(e => e.Kind == Kinds.Interfaces),
        TlsProtocolBlock.SmtpInbound => service.Endpoints.Any(e => e.Kind == Kinds.Listeners),
        TlsProtocolBlock.SmtpOutbound => service.Kinds.Contains(Kinds.DestinationControls),
        // Who is only handed a certificate connects by settings of its own, of which nothing is known here.
        _ => service.Kinds.Contains(Kinds.Ldap) || (service.Kinds.Contains(Kinds.ServiceClients) && !service.OnlyHandsOver),
    };

    internal override NotServed WhenNotServed(Item item) => new(
        "tls-protocols-not-applied",
        $"No service on any machine that has joined applies block '{item.Name}' of the TLS protocols: it is kept and checked, and has no "
            + "effect.",
        "Set versions and ciphers in the software of each host, join a machine with a service whose driver applies the block, or "
            + "delete the block.");

    protected override IEnumerable<Need> NeedsOf(TlsProtocolBlock document, NeedContext context) =>
        [new Need(Features.TlsProtocolsPrefix + context.Name, $"TLS versions and ciphers of '{context.Name}'")];

    // A block that is gone leaves the choice to the software, which may take any version.
    internal override IEnumerable<string> Dangers(EffectiveConfiguration before, EffectiveConfiguration after)
    {
        if (before.All<TlsProtocolBlock>().Any(b => !(after.Get<TlsProtocolBlock>(b.Item.Name)?.Minimum >= b.Value.Minimum)))
            yield return DangerousChanges.TlsMinimumLowered;
    }

    private static IEnumerable<FieldError> Range(TlsProtocolBlock block)
    {
        if (block.Maximum is { } maximum && maximum < block.Minimum)
            yield return new FieldError(
                "/maximum",
                FieldErrorCodes.Contradiction,
                $"The maximum {EnumNames.Of(maximum)} is older than the minimum {EnumNames.Of(block.Minimum)}, so that no version is left; "
                    + "raise it, or leave it out.");
    }
}
