using System.Collections.Concurrent;
using Cluster.Domain.Validation;

namespace Cluster.Manager.Features.Findings;

/// <summary>What was last seen of the MX records of the domains that listeners name; requests read it, only the watch writes.</summary>
internal sealed class MxAnswers
{
    private readonly ConcurrentDictionary<string, MxAnswer> answers = new(StringComparer.Ordinal);
    private long version;

    /// <summary>Counts changes that findings show.</summary>
    public long Version => Interlocked.Read(ref version);

    /// <summary>What is known of a domain.</summary>
    public MxAnswer? Find(string domain) => answers.GetValueOrDefault(domain);

    /// <summary>Keeps an answer.</summary>
    public void Set(string domain, MxAnswer answer)
    {
        answers[domain] = answer;
        Interlocked.Increment(ref version);
    }

    /// <summary>Forgets the domains that nobody names any more.</summary>
    public void Keep(IReadOnlySet<string> domains)
    {
        foreach (var domain in answers.Keys.Where(d => !domains.Contains(d)).ToList()) answers.TryRemove(domain, out _);
    }
}
