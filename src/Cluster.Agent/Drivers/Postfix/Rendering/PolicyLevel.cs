using Cluster.Agent.Drivers.Postfix.Routes;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>Compares the levels of smtp_tls_policy_maps.</summary>
internal static class PolicyLevel
{
    /// <summary>Whether a policy asks less of a peer than a level does.</summary>
    /// <param name="policy">A policy, of which the first word is the level.</param>
    /// <param name="level">The level.</param>
    public static bool IsWeaker(string policy, string level)
    {
        var (one, other) = (policy.Split(' ')[0].ToLowerInvariant(), level.ToLowerInvariant());

        // dane verifies who publishes keys and asks nothing of all others: neither it nor encrypt holds what the other does.
        if (one == other) return false;
        if (one == "dane") return Rank(other) > Rank("may");
        return other == "dane" ? Rank(one) < Rank("secure") : Rank(one) < Rank(other);
    }

    /// <summary>Whether a level only takes TLS where it is offered, and nobody can rely on it.</summary>
    public static bool IsOffered(string? level) => "may".Equals(level, StringComparison.OrdinalIgnoreCase);

    /// <summary>The one of several policies that asks most of a peer; of equals the first.</summary>
    /// <param name="policies">Policies, at least one.</param>
    /// <param name="levelOf">The level of one; null = it cannot be told, and counts as more than <c>none</c>.</param>
    public static string Strongest(IEnumerable<string> policies, Func<string, string?> levelOf) =>
        policies.MaxBy(p => levelOf(p) is { } level ? Rank(level.Split(' ')[0].ToLowerInvariant()) : Rank("may"))!;

    // dane-only and fingerprint hold mail back from whom they cannot verify, as secure does.
    private static int Rank(string level) => level switch
    {
        "may" => 1,
        "dane" => 2,
        "encrypt" => 3,
        "verify" => 4,
        "secure" or "dane-only" or "fingerprint" => 5,
        _ => 0,
    };

    /// <summary>The level that main.cf sets without us, for next hops that no policy names; null = it cannot be told.</summary>
    public static string? Of(Files.MainCf administrator)
    {
        var level = administrator.Find(TransportOptions.Level) ?? "";
        if (level.Contains('$', StringComparison.Ordinal)) return null;
        if (level.Length > 0) return level;

        // postconf(5): the two of before 2.3 count while there is no level.
        if (administrator.Find(TransportOptions.Enforces) is { } enforces && enforces != "no") return null;
        return administrator.Find(TransportOptions.Uses) switch { null or "no" => "none", "yes" => "may", _ => null };
    }
}
