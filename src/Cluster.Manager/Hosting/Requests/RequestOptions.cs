using System.Globalization;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>Options that many operations share.</summary>
internal static class RequestOptions
{
    /// <summary>Whether nothing must be stored: <c>?dryRun=true</c>. Other values are refused before the handler runs.</summary>
    public static bool IsDryRun(this HttpContext context) => context.Request.Query["dryRun"] == "true";

    /// <summary>Says which revision holds now and which rollout carries it; null = none was made.</summary>
    public static void SetRevision(this HttpContext context, long revision, Guid? rollout)
    {
        context.Response.Headers["Cluster-Revision"] = revision.ToString(CultureInfo.InvariantCulture);
        if (rollout is { } id) context.Response.Headers["Cluster-Rollout"] = id.ToString();
    }
}
