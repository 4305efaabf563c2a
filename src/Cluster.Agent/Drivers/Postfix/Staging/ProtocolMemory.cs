using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Contracts.Bundles;

namespace Cluster.Agent.Drivers.Postfix.Staging;

/// <summary>
/// Remembers what a scratch instance showed against the TLS versions and ciphers of listeners, for as long as neither settings nor host
/// change, so that it is not asked the same again.
/// </summary>
internal sealed class ProtocolMemory
{
    /// <summary>Where the TLS library has its own rules.</summary>
    public static readonly IReadOnlyList<string> Deciding = ["/etc/ssl/openssl.cnf", "/usr/lib/ssl/openssl.cnf"];

    private (string Question, string Refusal)? known;

    /// <summary>What was found; null = nothing, or it was not asked.</summary>
    public string? Find(ServicePart part, LiveFiles live) =>
        known is { } found && found.Question == Question(part, live) ? found.Refusal : null;

    /// <summary>Keeps what was found.</summary>
    public void Keep(ServicePart part, LiveFiles live, string refusal) => known = (Question(part, live), refusal);

    private static string Question(ServicePart part, LiveFiles live)
    {
        using var hash = new Fingerprint();
        hash.Add(PostfixManifest.HashOf(part));
        hash.Add(live.Administrator.ToString(), LogicalLines.Bytes).Add(live.Master.WithoutOurs().ToString(), LogicalLines.Bytes);
        foreach (var file in Deciding) hash.AddFile(new FileInfo(file));
        return hash.End();
    }
}
