using Cluster.Agent.Drivers.Generations;

namespace Cluster.Agent.Drivers.Postfix.Published;

/// <summary>What is known of all domains that are watched; never changes.</summary>
internal sealed class PublishedFindings
{
    private readonly IReadOnlyDictionary<string, PublishedAsk> asks;

    /// <summary>Puts it together.</summary>
    /// <param name="asks">Domain to what it asks for.</param>
    public PublishedFindings(IReadOnlyDictionary<string, PublishedAsk> asks)
    {
        this.asks = asks;
        Hash = asks.Count == 0 ? "" : HashOf(asks);
    }

    /// <summary>Nothing is known.</summary>
    public static PublishedFindings None { get; } = new(new Dictionary<string, PublishedAsk>());

    /// <summary>Hash over all of it; empty = no domain asks for anything.</summary>
    public string Hash { get; }

    /// <summary>What a domain asks for; null = nothing, or nothing is known.</summary>
    public PublishedAsk? Find(string domain) => asks.GetValueOrDefault(domain);

    private static string HashOf(IReadOnlyDictionary<string, PublishedAsk> asks)
    {
        using var hash = new Fingerprint();
        foreach (var (domain, ask) in asks.OrderBy(a => a.Key, StringComparer.Ordinal)) hash.Add($"{domain} {ask.Key}");
        return hash.End();
    }
}
