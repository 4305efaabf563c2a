using System.Net;
using Cluster.Verification.Dns;

namespace Cluster.Verification.Published;

/// <summary>Finds out whether resolvers answer and validate, by the name servers of the root: what is signed everywhere.</summary>
/// <param name="servers">The resolvers.</param>
internal sealed class ResolverCheck(IReadOnlyList<IPEndPoint> servers)
{
    private static readonly DnssecQuestion Root = new(".", DnssecQuestion.NameServers);
    private DnssecVerdict known;

    /// <summary>Asks each of them once; what they said holds as long as this object does.</summary>
    /// <param name="ct">Stops it.</param>
    /// <returns>None where nobody answers; the worst that one said of those that do, since any of them may be asked.</returns>
    public async Task<DnssecVerdict> AskAsync(CancellationToken ct)
    {
        if (known != DnssecVerdict.None) return known;
        var answers = await Task.WhenAll(servers.Select(s => Root.AskAsync(s, ct)));
        known = answers.Where(a => a != DnssecVerdict.None).DefaultIfEmpty(DnssecVerdict.None).Min();
        return known;
    }
}
