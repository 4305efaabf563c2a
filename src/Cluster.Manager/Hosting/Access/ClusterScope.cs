namespace Cluster.Manager.Hosting.Access;

/// <summary>The cluster of the route, found and granted before the handler runs.</summary>
/// <param name="Id">Immutable id.</param>
/// <param name="Name">Label.</param>
internal sealed record ClusterScope(Guid Id, string Name);

/// <summary>What authorization leaves for handlers.</summary>
internal static class RequestIdentity
{
    /// <summary>The caller.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is open to anonymous callers.</exception>
    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint has no caller: it lacks a policy.");

    /// <summary>The cluster <c>{c}</c> of the route.</summary>
    /// <exception cref="InvalidOperationException">The route has no <c>{c}</c>.</exception>
    public static ClusterScope Cluster(this HttpContext context) =>
        context.Features.Get<ClusterScope>()
            ?? throw new InvalidOperationException("The endpoint has no cluster in its route, or no policy.");
}
