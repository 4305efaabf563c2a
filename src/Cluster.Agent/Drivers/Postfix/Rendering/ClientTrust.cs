using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>The authorities that a listener was applied with, which client certificates lead to.</summary>
/// <param name="Path">A file of the host; empty where it is one of the agent's own.</param>
/// <param name="Content">The agent's own file; null = it is the host's, and stays where it is.</param>
internal sealed record ClientTrust(string Path, byte[]? Content)
{
    /// <summary>What a listener was applied with; null = it verifies no clients, or its list is gone.</summary>
    public static ClientTrust? Find(PostfixManifest? applied, GenerationStore<PostfixManifest> store, string key)
    {
        if (applied?.Parameters.GetValueOrDefault(PostfixNames.ClientAuthorities(key)) is not { Length: > 0 } file) return null;
        var own = PostfixNames.InGeneration("");
        if (!file.StartsWith(own, StringComparison.Ordinal)) return new ClientTrust(file, null);
        return HostFile.Find(store.PathOf(applied.Number, file[own.Length..])) is { } content ? new ClientTrust("", content) : null;
    }

    /// <summary>
    /// A listener verifies clients and nobody is trusted for them. Where it is live it stays as it was applied and holds nothing else
    /// back; where it is not, its policies are what may have changed.
    /// </summary>
    /// <param name="part">The settings.</param>
    /// <param name="name">Name of the listener.</param>
    /// <param name="isLive">Whether it was applied with authorities.</param>
    public static PartProblem Nobody(ServicePart part, string name, bool isLive)
    {
        var message = $"Listener {name} verifies client certificates, but no authority is trusted for them: every client would be refused. "
            + (isLive ? "It stays as it was applied, with the authorities of then. " : "")
            + "Trust an authority (clientAuthorities of trust), or let its policies verify none; where no level defines the listener any "
            + "more, hide it or unmanage the machine.";
        IEnumerable<ItemName> policies = isLive ? [] : Verifying(part, part.All<Listener>()[name]);
        return new PartProblem(ApplyCodes.InvalidPart, message)
        {
            Items = [new ItemName(Listener.Kind, name), .. policies],
            LeavesLive = isLive,
        };
    }

    private static IEnumerable<ItemName> Verifying(ServicePart part, Listener listener) =>
        (listener.SenderGroups ?? []).Select(g => g.Policy)
            .Append(listener.DefaultPolicy)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Where(p => part.All<MailFlowPolicy>().GetValueOrDefault(p)?.VerifyClientCertificate is true)
            .Select(p => new ItemName(MailFlowPolicy.Kind, p));
}
