using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Manager.Tests.Settings;
using Cluster.Storage;
using Cluster.Storage.Units;
using Cluster.Testing.Authorities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.OpenApi;

/// <summary>
/// Every operation that has a dry run is tried with something that it would do: it answers as it would, and the database stays as it was.
/// </summary>
public sealed class DryRunOfEveryOperationTests(TestManager manager) : IClassFixture<TestManager>
{
    // What the manager itself changes meanwhile.
    private static readonly string[] LiveTables = [
        "manager_leases", "desired_assignments", "contents", "rollout_machines", "rollouts", "reports"
    ];
    private static readonly string[] LiveColumns = ["last_used", "change_counter"];

    // These have nothing to do here, so they refuse; they may store nothing all the same.
    private static readonly string[] Refusing = [
        "approveMachine", "confirmRevision", "pauseRollout", "resumeRollout", "cancelRollout", "rollBackRollout"
    ];

    private readonly Dictionary<string, (string Path, string Body)> cases = new(StringComparer.Ordinal);

    [Fact]
    public async Task Nothing_is_stored()
    {
        await PrepareAsync();
        var operations = (await ApiOperation.AllAsync(manager)).Where(o => o.Query.Contains("dryRun")).ToList();
        operations.Select(o => o.Id).Except(cases.Keys).ShouldBeEmpty("each operation needs a case here");

        foreach (var operation in operations)
        {
            var (path, body) = cases[operation.Id];
            var before = await StoredAsync();
            var media = operation.MediaTypes.FirstOrDefault(t => t.EndsWith("json", StringComparison.Ordinal) || t == "text/plain");
            using var content = body.Length == 0 || media is null ? null : new StringContent(body, Encoding.UTF8, media);
            var answer = await manager.Rest.SendAsync(operation.Method, $"{path}{(path.Contains('?') ? '&' : '?')}dryRun=true", content);

            var refused = Refusing.Contains(operation.Id);
            (answer.Status is >= 200 and < 300 || (refused && answer.Status is 404 or 409)).ShouldBeTrue(
                $"{operation.Id}: {answer.Status} {answer.Text}");
            (await StoredAsync()).ShouldBe(before, operation.Id);
        }
    }

    private async Task PrepareAsync()
    {
        await Documents.MakeReferencesAsync(manager);
        (await manager.Rest.PutAsync(At("groups/edge"), new JsonObject())).Expect(201);
        foreach (var kind in SettingsKinds.Plain) await PrepareAsync(kind.Kind, kind.Singular);
        await PrepareAsync(TlsProtocolBlock.Kind, "TlsProtocols");
        cases["importSenderGroups"] = (At($"{Documents.PathOf(Kinds.Listeners)}/sender-groups"), "PARTNERS: .partner.example $referred\n");
        await PrepareCertificatesAsync();
        await PrepareMachinesAsync();
        await PrepareChangesAsync();
        await PrepareAccessAsync();
    }

    private async Task PrepareAsync(string kind, string singular)
    {
        var path = At(Documents.PathOf(kind));
        var document = Documents.Of(kind).ToJsonString();
        (await manager.Rest.PutAsync($"{path}?acknowledge={Documents.Dangers}", Documents.Of(kind))).Expect(200, 201);
        cases[$"put{singular}"] = ($"{path}?level=group:edge&acknowledge={Documents.Dangers}", document);
        cases[$"patch{singular}"] = ($"{path}?acknowledge={Documents.Dangers}", document);
        cases[$"delete{singular}"] = ($"{path}?acknowledge={Documents.Dangers}", "");
        cases[$"copy{singular}"] = ($"{path}/copy?acknowledge={Documents.Dangers}", """{"toLevel":"group:edge"}""");
        cases[$"move{singular}"] = ($"{path}/move?acknowledge={Documents.Dangers}", """{"toLevel":"group:edge"}""");
    }

    private async Task PrepareCertificatesAsync()
    {
        using var ca = new TestCa("Dry");
        var api = new CertificateApi(manager);
        (await api.Create("dry", "mx.example.test")).Expect(201);
        var signed = ca.PemFor(ca.Sign(await api.Request("dry")));
        (await api.Upload("dry", signed)).Expect(200, 201);
        (await manager.Rest.PostAsync(At("certificates/dry/signing-request"), new JsonObject())).Expect(201);
        var request = (string)(await manager.Rest.GetAsync(At("certificates/dry/signing-request"))).Expect(200).Json["id"]!;
        var renewed = ca.PemFor(ca.Sign(await api.Request("dry")));
        var file = Convert.ToBase64String(CertificateApi.Pkcs12(ca, "mx.example.test", "secret"));
        (await api.Create("spare", "mx.example.test")).Expect(201);
        (await api.Import("spare", CertificateApi.Pkcs12(ca, "mx.example.test", "secret"), "secret")).Expect(200);

        cases["createCertificate"] = (At("certificates"), CertificateApi.Body("new", "mx.example.test").ToJsonString());
        cases["putCertificate"] = (At("certificates/dry"), """{"version":1}""");
        cases["patchCertificate"] = (At("certificates/dry"), """{"labels":{"owner":"mail"}}""");
        cases["deleteCertificate"] = (At("certificates/dry"), "");
        cases["copyCertificate"] = (At("certificates/dry/copy"), """{"toLevel":"group:edge"}""");
        cases["moveCertificate"] = (At("certificates/dry/move"), """{"toLevel":"group:edge"}""");
        cases["importCertificate"] = (
            At("certificates/dry/import"), new JsonObject { ["data"] = file, ["password"] = "secret" }.ToJsonString());
        cases["uploadSignedCertificate"] = (
            At("certificates/dry/signed-certificate"), new JsonObject { ["data"] = renewed }.ToJsonString());
        cases["openSigningRequest"] = (At("certificates/dry/signing-request"), """{"key":"new"}""");
        cases["cancelSigningRequest"] = (At($"signing-requests/{request}"), "");
        cases["restoreCertificateVersion"] = (At("certificates/dry/versions/1/restore"), "");
        cases["markCertificateVersionCompromised"] = (At("certificates/dry/versions/1/compromised"), "");
        cases["destroyCertificateVersion"] = (At("certificates/unused/versions/1"), "");
        (await api.Create("unused", "mx.example.test")).Expect(201);
        (await manager.Rest.DeleteAsync(At("certificates/unused"))).Expect(204);
        cases["importTrustedAuthority"] = (
            At("trusted-authorities/one/import"), new JsonObject { ["data"] = ca.Root.ToPem() }.ToJsonString());
    }

    private async Task PrepareMachinesAsync()
    {
        await manager.AddMachineAsync("active.example");
        await manager.AddMachineAsync("banned.example");
        (await manager.Rest.PostAsync(At("machines/banned.example/ban"))).Expect(200);
        (await manager.Rest.PostAsync(At("machines"), new JsonObject { ["name"] = "prepared.example" })).Expect(201);
        (await manager.Rest.PutAsync(
            At("mail-flow-policies/own?level=machine:prepared.example"), new JsonObject { ["tls"] = "required" })).Expect(201);
        foreach (var action in (string[])["disconnect", "reconnect", "retry", "check", "remove", "ban"])
            cases[$"{action}Machine"] = (At($"machines/active.example/{action}"), "");
        cases["unbanMachine"] = (At("machines/banned.example/unban"), "");
        cases["unmanageMachine"] = (At("machines/active.example/unmanage"), """{"service":"postfix"}""");
        cases["approveMachine"] = (At("machines/active.example/approve"), """{"publicKeySha256":"00"}""");
        cases["checkMachines"] = (At("check"), "");
        cases["prepareMachine"] = (At("machines"), """{"name":"other.example"}""");
        cases["patchMachine"] = (At("machines/active.example"), """{"name":"renamed.example","group":"edge"}""");
        cases["forgetMachine"] = (At("machines/prepared.example"), "");
    }

    private async Task PrepareChangesAsync()
    {
        var set = (string)(await manager.Rest.PostAsync(At("change-sets"), new JsonObject())).Expect(201).Json["id"]!;
        (await manager.Rest.PutAsync(At("mail-flow-policies/staged"), new JsonObject { ["tls"] = "required" }, ("Change-Set", set))).Expect(
            201);
        (await manager.Rest.PutAsync(At("mail-flow-policies/last"), new JsonObject { ["tls"] = "required" })).Expect(201);
        var newest = (await manager.Rest.GetAsync(At("revisions?pageSize=1"))).Expect(200).Json["items"]![0]!;
        var (number, rollout) = ((long)newest["number"]!, (string)newest["rollout"]!);

        cases["openChangeSet"] = (At("change-sets"), """{"description":"dry"}""");
        cases["abandonChangeSet"] = (At($"change-sets/{set}"), "");
        cases["commitChangeSet"] = (At($"change-sets/{set}/commit"), """{"comment":"dry"}""");
        cases["unstageEdit"] = (At($"change-sets/{set}/edits/mail-flow-policies/staged"), "");
        cases["resolveConflicts"] = (
            At($"change-sets/{set}/resolve"),
            """{"items":[{"level":"cluster","kind":"mail-flow-policies","name":"staged","take":"theirs"}]}""");
        cases["rollBackToRevision"] = (At($"revisions/{number - 1}/rollback"), """{"comment":"dry"}""");
        cases["undoRevision"] = (At($"revisions/{number}/undo"), """{"comment":"dry"}""");
        cases["confirmRevision"] = (At($"revisions/{number}/confirm"), "");
        cases["cancelRollout"] = (At($"rollouts/{rollout}/cancel"), """{"then":"rollback"}""");
        cases["rollBackRollout"] = (At($"rollouts/{rollout}/rollback"), "");
        cases["pauseRollout"] = (At($"rollouts/{rollout}/pause"), "");
        cases["resumeRollout"] = (At($"rollouts/{rollout}/resume"), "");
    }

    private async Task PrepareAccessAsync()
    {
        var grants = """{"name":"dry","grants":[{"cluster":"mail","role":"viewer"}]}""";
        var token = (string)(await manager.Rest.PostAsync("/tokens", JsonNode.Parse(grants))).Expect(201).Json["id"]!;
        var join = (string)(await manager.Rest.PostAsync(At("join-tokens"), new JsonObject())).Expect(201).Json["id"]!;
        (await manager.Rest.PostAsync("/clusters", new JsonObject { ["name"] = "empty" })).Expect(201);
        cases["createToken"] = ("/tokens", grants);
        cases["deleteToken"] = ($"/tokens/{token}", "");
        cases["createJoinToken"] = (At("join-tokens"), """{"ttl":"1h"}""");
        cases["deleteJoinToken"] = (At($"join-tokens/{join}"), "");
        cases["createCluster"] = ("/clusters", """{"name":"third"}""");
        cases["putCluster"] = ("/clusters/third", """{"name":"third"}""");
        cases["patchCluster"] = ("/clusters/empty", """{"name":"renamed"}""");
        cases["deleteCluster"] = ("/clusters/empty", "");
        cases["putGroup"] = (At("groups/edge"), """{"name":"border","description":"dry"}""");
        cases["patchGroup"] = (At("groups/edge"), """{"description":"dry"}""");
        cases["deleteGroup"] = (At("groups/main?moveMachinesTo=edge"), "");
    }

    private Task<string> StoredAsync() => manager.Services.GetRequiredService<ClusterDatabase>().ReadAsync(async (db, ct) =>
    {
        var text = new StringBuilder();
        foreach (var table in db.Model.GetEntityTypes()
            .Where(t => !LiveTables.Contains(t.GetTableName()))
            .OrderBy(t => t.GetTableName(), StringComparer.Ordinal))
            text.AppendLine(table.GetTableName()).AppendJoin('\n', await RowsAsync(db, table, ct)).AppendLine();
        return text.ToString();
    }, default);

    private static async Task<IReadOnlyList<string>> RowsAsync(ClusterDbContext db, IEntityType table, CancellationToken ct)
    {
        var columns = table.GetProperties().Select(p => p.GetColumnName()).Where(c => !LiveColumns.Contains(c)).Select(c => $"\"{c}\"");
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(
            db.Database.CurrentTransaction!);
#pragma warning disable CA2100 // Names of the model, not of a caller.
        command.CommandText = $"SELECT {string.Join(", ", columns)} FROM \"{table.GetTableName()}\"";
#pragma warning restore CA2100
        var rows = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) rows.Add(Row(reader));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Row(DbDataReader reader)
    {
        var values = new object[reader.FieldCount];
        reader.GetValues(values);
        return string.Join(
            '|', values.Select(v => v is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(v, CultureInfo.InvariantCulture)));
    }
}
