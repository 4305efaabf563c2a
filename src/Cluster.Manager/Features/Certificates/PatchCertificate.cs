using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Certificates;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Changes version, labels or muted findings (RFC 7396).</summary>
internal static class PatchCertificate
{
    public static void Map(IEndpointRouteBuilder certificates) => SettingsKinds.Certificates.Patch(certificates
        .MapPatch("/{name}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation("patchCertificate", "Changes version, labels or muted findings.", "A member that is null is removed.")
        .Returns<CertificateShape>(StatusCodes.Status200OK, CertificateResponse.Example)
        .LevelAndAcknowledge()
        .Stageable());

    private static async Task<IResult> HandleAsync(HttpContext context, CertificateItemWrites writes, TimeProvider clock)
    {
        var patch = await context.ReadPatchAsync();
        if (!patch.Succeeded) return Problem.Of(patch.Failure);
        return await writes.RunAsync(context, "patch", (target, _) => Task.FromResult(ToEdits(target, patch.Value, clock.GetUtcNow())));
    }

    private static Outcome<IReadOnlyList<StagedEdit>> ToEdits(WriteTarget target, JsonElement patch, DateTimeOffset now)
    {
        if (target.Current is not { } current) return SettingsFailures.CreateFirst(target.Name);
        if (current.Hidden) return SettingsFailures.HiddenFailure(target.Name);
        var merged = MergePatch.Merge(JsonNode.Parse(current.Document!.Text), patch);
        var edit = ItemBody.ToEdit(SettingsKinds.Certificates, target.Name, target.Level, JsonSerializer.SerializeToElement(merged, CommitsJson.Default.JsonObject), now);
        return edit.Succeeded ? Outcome.Of<IReadOnlyList<StagedEdit>>([edit.Value]) : edit.Failure;
    }
}
