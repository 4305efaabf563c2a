using System.CommandLine;
using System.CommandLine.Parsing;
using Cluster.Contracts.Access;
using Cluster.Contracts.Json;
using Cluster.Contracts.Time;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Commands;
using Cluster.Storage.Audit;
using Cluster.Storage.Installation;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Tokens;

/// <summary><c>token create</c>: makes a token without REST, for whoever has the database and its key anyway.</summary>
internal sealed class TokenVerb : IManagerVerb
{
    private static readonly Caller Program = new(Guid.Empty, "cluster-manager", [new ClusterGrant(null, Role.Owner, true)], null);

    /// <inheritdoc/>
    public Command Make(ManagerCommandLine line)
    {
        var name = new Option<string>("--name") { Description = "Label of the token, shown as author.", Required = true };
        var grants = new Option<string[]>("--grant")
        {
            Description = "CLUSTER=ROLE[,export-keys]; CLUSTER is a name or *, ROLE is viewer, operator, admin or owner. May be repeated.",
            Required = true
        };
        var ttl = new Option<string>("--ttl") { Description = "How long it lives.", DefaultValueFactory = _ => "90d" };
        grants.Validators.Add(Check);
        ttl.Validators.Add(r =>
        {
            if (!DurationText.TryParse(r.GetValue(ttl), out _)) r.AddError("--ttl: write a duration, for example 90d.");
        });
        var create = line.Verb("create", "Makes a token and prints it.", (options, parsed, ct) =>
            DatabaseVerb.RunAsync(options, s => CreateAsync(s, Read(parsed), ct), s => s.AddSingleton<TokenMaking>()));
        create.Options.Add(name);
        create.Options.Add(grants);
        create.Options.Add(ttl);
        return new Command("token", "Tokens of the REST API.") { create };

        TokenCreate Read(ParseResult parsed) => new()
        {
            Name = parsed.GetValue(name)!,
            Grants = [.. parsed.GetValue(grants)!.Select(g => Parse(g)!)],
            Ttl = parsed.GetValue(ttl),
        };
    }

    private static void Check(OptionResult result)
    {
        foreach (var token in result.Tokens.Where(t => Parse(t.Value) is null))
            result.AddError($"--grant: '{token.Value}' is not CLUSTER=ROLE[,export-keys].");
    }

    private static Grant? Parse(string text)
    {
        var parts = text.Split('=', 2);
        if (parts.Length != 2) return null;
        var words = parts[1].Split(',');
        return EnumNames.TryParse<Role>(words[0], out var role) && words.Skip(1).All(w => w == "export-keys")
            ? new Grant { Cluster = parts[0], Role = role, ExportKeys = words.Length > 1 }
            : null;
    }

    private static async Task<int> CreateAsync(IServiceProvider services, TokenCreate asked, CancellationToken ct)
    {
        var database = services.GetRequiredService<ClusterDatabase>();
        var cipher = services.GetRequiredService<EnvelopeCipher>();
        if (await database.ReadAsync((db, token) => db.Installations.SingleOrDefaultAsync(token), ct) is not { } installation)
        {
            await Console.Error.WriteLineAsync("The database is empty: start the manager first.");
            return ExitCodes.Failure;
        }

        services.GetRequiredService<InstallationKeys>().Load(installation, cipher);
        var made = await database.WriteAsync<Outcome<string>>(
            null,
            async (db, token) =>
            {
                var grants = await TokenGrants.ResolveAsync(db, Program, asked.Grants, token);
                if (!grants.Succeeded) return grants.Failure;
                if (!DurationText.TryParse(asked.Ttl, out var life))
                    throw new InvalidOperationException("The lifetime was checked before.");
                var (row, secret) = services.GetRequiredService<TokenMaking>()
                    .Add(db, asked.Name, grants.Value, services.GetRequiredService<TimeProvider>().GetUtcNow() + life);
                await services.GetRequiredService<AuditTrail>()
                    .AppendAsync(db, new AuditEntry(null, Program.Name, "token.create", $"tokens/{row.Id}"), token);
                return secret;
            },
            ct);
        if (made.Succeeded)
        {
            await Console.Out.WriteLineAsync(made.Value);
            return ExitCodes.Ok;
        }

        await Console.Error.WriteLineAsync(
            string.Join('\n', made.Failure.Errors.Select(e => e.Detail).DefaultIfEmpty(made.Failure.Detail)));
        return ExitCodes.Failure;
    }
}
