using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Staging;
using Cluster.Agent.Drivers.Refusals;

namespace Cluster.Agent.Drivers.Postfix.Observation;

/// <summary>
/// What applying would change, for people: lines of the live files, rows of the policy map, certificates; never key material.
/// </summary>
internal static class ServicePlan
{
    /// <summary>Empty = nothing would change.</summary>
    public static string Of(Candidate candidate, GenerationStore<PostfixManifest> store)
    {
        if (!candidate.Changed) return RefusalText.Plan(candidate.Refused);
        var text = new StringBuilder();
        text.Append(PlanText.Of("main.cf", candidate.Live.MainText, candidate.Main.Result.ToString()));
        text.Append(PlanText.Of("master.cf", candidate.Live.MasterText, candidate.Master.ToString()));
        text.Append(
            PlanText.Of(
                PostfixNames.PolicyFile,
                Live(candidate, store, PostfixNames.PolicyFile),
                Text(candidate.State.Files.GetValueOrDefault(PostfixNames.PolicyFile))));
        text.Append(
            PlanText.Of(
                PostfixNames.RouteFile,
                Live(candidate, store, PostfixNames.RouteFile),
                Text(candidate.State.Files.GetValueOrDefault(PostfixNames.RouteFile))));
        foreach (var (name, certificate) in candidate.State.Part.Certificates.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            var before = candidate.Live.Manifest?.Part.Certificates.GetValueOrDefault(name)?.Sha256;
            if (before != certificate.Sha256) text.Append($"certificate {name}: {before ?? "none"} -> {certificate.Sha256}\n");
        }

        foreach (var (file, hash) in candidate.State.FileHashes.Where(f => PostfixNames.IsSenderFile(f.Key)))
        {
            if (candidate.Live.Manifest?.Files.GetValueOrDefault(file) != hash)
                text.Append($"{file}: {candidate.State.Files[file].AsSpan().Count((byte)'\n')} rows\n");
        }

        return text.Append(RefusalText.Plan(candidate.Refused)).ToString();
    }

    private static string Live(Candidate candidate, GenerationStore<PostfixManifest> store, string file) =>
        candidate.Live.Manifest?.Files.ContainsKey(file) is true ? Text(store.Read(candidate.Live.Generation, file)) : "";

    private static string Text(byte[]? content) => content is null ? "" : Encoding.ASCII.GetString(content);
}
