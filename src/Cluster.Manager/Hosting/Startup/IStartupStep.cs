namespace Cluster.Manager.Hosting.Startup;

/// <summary>
/// What a feature must have done before any port listens. Steps run one after the other, in the order in which Program.cs adds
/// the features.
/// </summary>
internal interface IStartupStep
{
    /// <summary>Does the step; the schema is up to date and the key-encryption key is proven by then.</summary>
    /// <exception cref="StartRefusedException">The manager must not start as things are.</exception>
    Task RunAsync(CancellationToken ct);
}
