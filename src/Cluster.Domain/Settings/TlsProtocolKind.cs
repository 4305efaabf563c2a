using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Configuration;
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
