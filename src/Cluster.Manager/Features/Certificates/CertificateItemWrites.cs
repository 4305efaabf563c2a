using Cluster.Contracts.Certificates;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Writes of the item that make no version; they answer with the certificate as it stands afterwards.</summary>
internal sealed class CertificateItemWrites(SettingWrite settings, ClusterDatabase database, Commits.ConfigurationViews views, Commits.EvaluationCache evaluations, TimeProvider clock)
{
    /// <summary>Runs a write.</summary>
    public async Task<IResult> RunAsync(HttpContext context, string verb, Func<WriteTarget, CancellationToken, Task<Outcome<IReadOnlyList<StagedEdit>>>> toEdits)
    {
        var written = await settings.RunAsync(context, SettingsKinds.Certificates, verb, toEdits);
        if (!written.Succeeded) return Hosting.Problems.Problem.Of(written.Failure);
        var item = written.Value.Item!;
        var shape = await database.ReadAsync<Outcome<CertificateShape>>(
            async (db, ct) =>
            {
                var view = await views.ReadAsync(context, db, context.Cluster().Id, ct);
                if (!view.Succeeded) return view.Failure;
                var labels = await LevelLabels.ReadAsync(db, view.Value.Cluster.Id, ct);
                var level = labels.Of(item.Key.LevelKind, item.Key.LevelId);
                var evaluation = new CertificateEvaluation(view.Value.Shown, evaluations, clock.GetUtcNow());
                return (await CertificateResponse.ShowAsync(db, view.Value.Cluster.Id, [(item, level)], evaluation, ct))[0];
            },
            context.RequestAborted);
        return shape.Match(s =>
        {
            written.Value.Outcome.SetHeaders(context);
            context.Response.Headers.ETag = ItemResponse.Tag(item);
            return Answers.Json(s, CertificatesJson.Default.CertificateShape, written.Value.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        });
    }
}
