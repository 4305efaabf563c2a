using Cluster.Contracts.Certificates;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Replaces version, labels and muted findings of a certificate, or hides the name at a level.</summary>
internal static class PutCertificate
{
    public static void Map(IEndpointRouteBuilder certificates) => SettingsKinds.Certificates.Body(certificates
        .MapPut("/{name}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation("putCertificate", "Replaces version, labels and muted findings, or hides the name at this level.", "404 create-or-import-first when the level does not define it; {\"hidden\": true} hides it.")
        .Returns<CertificateShape>(StatusCodes.Status200OK, CertificateResponse.Example)
        .Returns<CertificateShape>(StatusCodes.Status201Created)
        .LevelAndAcknowledge()
        .Stageable());

    private static async Task<IResult> HandleAsync(HttpContext context, CertificateItemWrites writes, TimeProvider clock)
    {
        var body = await context.ReadJsonAsync("application/json");
        if (!body.Succeeded) return Problem.Of(body.Failure);
        return await writes.RunAsync(context, "put", (target, _) =>
        {
            var edit = ItemBody.ToEdit(SettingsKinds.Certificates, target.Name, target.Level, body.Value, clock.GetUtcNow());
            if (!edit.Succeeded) return Task.FromResult<Outcome<IReadOnlyList<StagedEdit>>>(edit.Failure);
            if (target.Current is null && edit.Value.Kind == EditKind.Put) return Task.FromResult<Outcome<IReadOnlyList<StagedEdit>>>(SettingsFailures.CreateFirst(target.Name));
            return Task.FromResult(Outcome.Of<IReadOnlyList<StagedEdit>>([edit.Value]));
        });
    }
}
