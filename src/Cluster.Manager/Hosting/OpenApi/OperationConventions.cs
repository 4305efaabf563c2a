using System.Globalization;
using System.Text.Json.Nodes;
using Cluster.Manager.Hosting.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>Gives every operation what all operations share: route parameters, conditions, dry run, problem answers, examples.</summary>
internal sealed class OperationConventions : IOperationFilter
{
    /// <inheritdoc />
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var isWrite = context.ApiDescription.HttpMethod is not "GET";
        operation.Parameters ??= [];
        AddRouteParameters(operation, context.ApiDescription.RelativePath ?? string.Empty);
        foreach (var parameter in metadata.OfType<OperationParameter>()) Add(operation, Query(parameter.Name, parameter.Description, parameter.Type));
        if (isWrite && !metadata.OfType<NoDryRun>().Any()) Add(operation, Query("dryRun", "true: the same checks and status, but nothing is stored.", "boolean"));
        if (isWrite) Add(operation, Header("If-Match", "Entity tag that the thing must still have."));
        if (metadata.OfType<StageableOperation>().Any()) Add(operation, Header("Change-Set", "Id of an open change set: the write is staged there, a read shows its edits."));
        if (context.ApiDescription.HttpMethod == "POST") Add(operation, Header("Idempotency-Key", "A repeat with the same key and body within 24 h gets the first answer."));
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>()) parameter.Description ??= RouteWords.OfQuery(parameter.Name ?? string.Empty);
        AddProblems(operation, context, isWrite, metadata.OfType<IAllowAnonymous>().Any());
        AddExamples(operation, metadata);
        AddRole(operation, metadata);
    }

    private static void AddRole(OpenApiOperation operation, IList<object> metadata)
    {
        if (metadata.OfType<IAuthorizeData>().Select(a => a.Policy).LastOrDefault(p => p is not null) is not { } policy) return;
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        operation.Extensions["x-role"] = new JsonNodeExtension(JsonValue.Create(policy)!);
    }

    private static void AddRouteParameters(OpenApiOperation operation, string path)
    {
        foreach (var name in path.Split('/').Where(s => s.StartsWith('{')).Select(s => s.Trim('{', '}').Split(':')[0]))
        {
            if (operation.Parameters!.Any(p => p.Name == name)) continue;
            operation.Parameters!.Add(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Path,
                Required = true,
                Description = RouteWords.Of(name),
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
    }

    private static void AddProblems(OpenApiOperation operation, OperationFilterContext context, bool isWrite, bool isOpen)
    {
        operation.Responses ??= [];
        List<int> statuses = isOpen ? [500] : [401, 403, 404, 429, 500, 503];
        if (isWrite) statuses.AddRange([409, 412, 422]);
        if (operation.Parameters!.Any(p => p.In == ParameterLocation.Query)) statuses.AddRange([400, 422]);
        if (operation.RequestBody is not null) statuses.AddRange([400, 413, 415]);
        foreach (var status in statuses.Distinct().Order())
        {
            operation.Responses.TryAdd(status.ToString(CultureInfo.InvariantCulture), new OpenApiResponse
            {
                Description = ProblemTypes.OfStatus(status).Title,
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [Problem.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(ProblemSchema.Name, context.Document) },
                },
            });
        }
    }

    private static void AddExamples(OpenApiOperation operation, IList<object> metadata)
    {
        foreach (var example in metadata.OfType<OperationExample>())
        {
            var contents = example.OfRequest
                ? operation.RequestBody?.Content
                : operation.Responses?.FirstOrDefault(r => r.Key.StartsWith('2')).Value?.Content;
            foreach (var content in contents?.Values.OfType<OpenApiMediaType>() ?? []) content.Example ??= JsonNode.Parse(example.Json);
        }
    }

    private static void Add(OpenApiOperation operation, OpenApiParameter parameter)
    {
        if (operation.Parameters!.All(p => p.Name != parameter.Name)) operation.Parameters!.Add(parameter);
    }

    private static OpenApiParameter Query(string name, string description, string type) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Description = description,
        Schema = new OpenApiSchema { Type = type switch { "boolean" => JsonSchemaType.Boolean, "integer" => JsonSchemaType.Integer, _ => JsonSchemaType.String } },
    };

    private static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
