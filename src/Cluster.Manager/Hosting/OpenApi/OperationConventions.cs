using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>Gives every operation what all operations share: route parameters, conditions, dry run, problem answers, examples.</summary>
internal sealed class OperationConventions : IOperationFilter
{
    private const string DryRun = "true: the request is checked and answered as usual, but nothing is stored.";
    private const string IfMatch = "Entity tag that the resource must still have; otherwise 412.";
    private const string ChangeSet = "Id of an open change set. A write is staged in it; a read shows its edits.";
    private const string IdempotencyKey = "A repeat with the same key and body within 24 h gets the first answer instead of acting again.";

    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var isWrite = context.ApiDescription.HttpMethod is not "GET";
        operation.Parameters ??= [];
        AddRouteParameters(operation, context.ApiDescription.RelativePath ?? "");
        foreach (var parameter in metadata.OfType<OperationParameter>())
            Add(operation, Query(parameter.Name, parameter.Description, parameter.Type));
        if (isWrite && !metadata.OfType<NoDryRun>().Any()) Add(operation, Query("dryRun", DryRun, "boolean"));
        if (isWrite) Add(operation, Header("If-Match", IfMatch));
        if (metadata.OfType<StageableOperation>().Any()) Add(operation, Header("Change-Set", ChangeSet));
        if (context.ApiDescription.HttpMethod == "POST") Add(operation, Header("Idempotency-Key", IdempotencyKey));
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>()) Complete(parameter);
        AddBody(operation, context, metadata.OfType<ReadableBody>().LastOrDefault());
        AddProblems(operation, context, isWrite, metadata.OfType<IAllowAnonymous>().Any());
        AddExamples(operation, metadata);
        AddRole(operation, metadata);
    }

    // Parameters that are members of a record bear the names of its members.
    private static void Complete(OpenApiParameter parameter)
    {
        if (parameter.In == ParameterLocation.Query) parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name ?? "");
        var name = parameter.Name ?? "";
        parameter.Description = RouteWords.OfSharedQuery(name) ?? parameter.Description ?? RouteWords.OfQuery(name);
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

    private static void AddBody(OpenApiOperation operation, OperationFilterContext context, ReadableBody? body)
    {
        if (body?.Type is null) return;
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = !body.IsOptional,
            Content = body.MediaTypes.ToDictionary(
                t => t, t => (IOpenApiMediaType)new OpenApiMediaType { Schema = SchemaOf(t, body.Type, context) }),
        };
    }

    // A media type without members, PEM for example, is the file itself.
    private static IOpenApiSchema SchemaOf(string mediaType, Type type, OperationFilterContext context) => HasMembers(mediaType)
        ? context.SchemaGenerator.GenerateSchema(type, context.SchemaRepository)
        : new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };

    private static bool HasMembers(string mediaType) =>
        mediaType.EndsWith("json", StringComparison.Ordinal) || mediaType.StartsWith("multipart/", StringComparison.Ordinal);

    private static void AddProblems(OpenApiOperation operation, OperationFilterContext context, bool isWrite, bool isOpen)
    {
        operation.Responses ??= [];
        List<int> statuses = isOpen ? [500] : [401, 403, 404, 429, 500, 503];
        if (isWrite) statuses.AddRange([409, 412, 422]);
        if (operation.Parameters!.Any(p => p.In == ParameterLocation.Query)) statuses.AddRange([400, 422]);
        if (operation.RequestBody is not null) statuses.AddRange([400, 413, 415]);
        foreach (var type in statuses.Distinct().Order().Select(ProblemTypes.OfStatus))
        {
            var status = type.Status.ToString(CultureInfo.InvariantCulture);
            operation.Responses.TryAdd(status, new OpenApiResponseReference(ProblemComponents.NameOf(type), context.Document));
        }

        operation.Responses.TryAdd("default", new OpenApiResponseReference(ProblemComponents.Otherwise, context.Document));
    }

    private static void AddExamples(OpenApiOperation operation, IList<object> metadata)
    {
        foreach (var example in metadata.OfType<OperationExample>())
        {
            var contents = example.OfRequest
                ? operation.RequestBody?.Content
                : operation.Responses?.FirstOrDefault(r => r.Key.StartsWith('2')).Value?.Content;
            foreach (var (mediaType, content) in contents ?? new Dictionary<string, IOpenApiMediaType>())
            {
                if (HasMembers(mediaType) && content is OpenApiMediaType own) own.Example ??= JsonNode.Parse(example.Json);
            }
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
        Schema = new OpenApiSchema
        {
            Type = type switch { "boolean" => JsonSchemaType.Boolean, "integer" => JsonSchemaType.Integer, _ => JsonSchemaType.String }
        },
    };

    private static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
