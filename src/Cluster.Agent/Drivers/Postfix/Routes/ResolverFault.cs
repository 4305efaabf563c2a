namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>Why answers of the DNS are not known to be validated.</summary>
/// <param name="Text">What is wrong and what to do, for people; without a full stop.</param>
internal sealed record ResolverFault(string Text)
{
    /// <summary>Whether no resolver answered, so that it may pass without a change on this host.</summary>
    public bool IsSilence { get; init; }
}
