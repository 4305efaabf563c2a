using System.Text;

namespace Cluster.Agent.Drivers.Postfix.Senders;

/// <summary>Everything that a listener's sender groups are on a host: parameters of main.cf and files of the generation.</summary>
internal sealed record SenderSettings
{
    /// <summary>Parameters of main.cf.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>Files of the generation.</summary>
    public required IReadOnlyDictionary<string, byte[]> Files { get; init; }

    /// <summary>Renders them.</summary>
    public static SenderSettings Of(SenderPlan plan, string key, SenderPlacement placement)
    {
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        if (plan.Restricts)
        {
            var tables = new SenderTables(plan, key);
            foreach (var (name, value) in tables.Classes) parameters[name] = value;
            foreach (var (name, content) in tables.Files) files[name] = content;
            parameters[PostfixNames.RestrictionClasses(key)] =
                Joined(placement.Theirs("smtpd_restriction_classes"), string.Join(", ", tables.Classes.Select(c => c.Key)));
            parameters[PostfixNames.Restrictions(key, placement.AtRecipient)] =
                Joined(tables.Root, placement.Theirs(placement.AtRecipient));
            parameters[PostfixNames.Restrictions(key, placement.AtData)] = Joined(tables.Root, placement.Theirs(placement.AtData));

            // The default would put mail off and not refuse it; ESMTP's answer to a client that must begin TLS first (RFC 3207, 4).
            parameters[PostfixNames.PlaintextCode(key)] = "530";
        }

        if (plan.DividesOff)
        {
            files[PostfixNames.KeywordFile(key)] = Encoding.ASCII.GetBytes(KeywordTable.Text(plan, placement.DiscardedKeywords));
            parameters[PostfixNames.KeywordMaps(key)] = "cidr:" + PostfixNames.InGeneration(PostfixNames.KeywordFile(key));
        }

        if (plan.VerifiesSome) parameters[PostfixNames.ClientAsked(key)] = "yes";
        return new SenderSettings { Parameters = parameters, Files = files };
    }

    private static string Joined(string first, string second) =>
        first.Length == 0 || second.Length == 0 ? first + second : $"{first}, {second}";
}
